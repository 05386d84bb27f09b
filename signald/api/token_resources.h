#pragma once

#include <optional>
#include <string>

#include "common/random/random.h"
#include "signald/api/api_resource.h"
#include "signald/auth/token_store.h"
#include "signald/groups/group_files.h"
#include "signald/http/file_root.h"

namespace halcyon::signald {

/// .groups/[G/].tokens/ and each token in it (http.md 11.10).
class TokenResources final : public ApiResource {
 public:
  /// All borrowed.
  struct Parts {
    const GroupFiles& files;
    TokenStore& tokens;
    RandomSource& random;
    const FileRoot& static_root;
  };
  explicit TokenResources(Parts parts) : parts_(parts) {}

  /// Of the collection and of tokens together: clients ask either what both can do.
  std::string_view methods() const override { return "HEAD, GET, POST, PUT, DELETE"; }
  void answer(const ApiCall& call, Reply reply) override;

 private:
  bool group_exists(const std::string& group) const;
  Response answer_collection(const ApiCall& call);
  Response list(const ApiCall& call);
  /// 409 when the group has as many tokens as it may.
  std::optional<Response> group_full(const ApiCall& call);
  Response create(const ApiCall& call);
  Response answer_token(const ApiCall& call);
  Response put(const ApiCall& call, const std::string& etag);
  Response remove(const ApiCall& call, const std::string& etag);

  Parts parts_;
};

}  // namespace halcyon::signald
