#include "signald/api/admin_api.h"

namespace halcyon::signald {
namespace {

GroupApiParts group_parts(const AdminApi::Parts& parts, GroupEditor& editor) {
  return {parts.files, editor, parts.directory, parts.static_root};
}

}  // namespace

AdminApi::AdminApi(const Parts& parts)
    : editor_(parts.files, parts.writer, parts.config),
      authoriser_({parts.config, parts.files, parts.tokens, parts.passwords}),
      handler_(authoriser_, parts.config, parts.static_root),
      group_list_(parts.files),
      problems_(parts.files, parts.tokens),
      group_(group_parts(parts, editor_)),
      keys_(group_parts(parts, editor_)),
      user_list_(group_parts(parts, editor_)),
      user_(group_parts(parts, editor_)),
      password_(group_parts(parts, editor_), parts.hasher),
      tokens_({parts.files, parts.tokens, parts.random, parts.static_root}) {
  using Kind = ApiPath::Kind;
  handler_.set_resource(Kind::kGroups, group_list_);
  handler_.set_resource(Kind::kProblems, problems_);
  handler_.set_resource(Kind::kGroup, group_);
  handler_.set_resource(Kind::kKeys, keys_);
  handler_.set_resource(Kind::kUsers, user_list_);
  handler_.set_resource(Kind::kUser, user_);
  handler_.set_resource(Kind::kPassword, password_);
  handler_.set_resource(Kind::kTokens, tokens_);
  handler_.set_resource(Kind::kToken, tokens_);
}

}  // namespace halcyon::signald
