#include "signald/groups/file_groups.h"

#include <utility>

#include "signald/groups/group_status.h"
#include "signald/json/json_writer.h"

namespace halcyon::signald {

namespace {

PageError page_error(AccessError error) {
  // A name that cannot be a group's is no fault of the server's: there is no such group.
  return error == AccessError::kInvalid ? PageError::kInternal : PageError::kNotFound;
}

}  // namespace

FileGroups::FileGroups(FileReader& files, std::string directory, GlobalConfigSource& config)
    : files_(files, std::move(directory)), groups_(files_), config_(config) {}

Result<GroupPage, PageError> FileGroups::page(std::string_view name, Moment now) {
  const auto state = groups_.access(name, now);
  if (!state) {
    return unexpected<PageError>(page_error(state.error()));
  }
  const GroupDescription& description = *(*state)->description;
  return GroupPage{std::string(name), description.redirect, description.auth_server};
}

Result<std::string, PageError> FileGroups::status_json(std::string_view name, const BaseUrl& base,
                                                       Moment now) {
  const auto state = groups_.access(name, now);
  if (!state) {
    return unexpected<PageError>(page_error(state.error()));
  }
  if (!config_.current()) {
    return unexpected<PageError>(PageError::kInternal);
  }
  return write_json(stranger_status(**state, base));
}

Result<std::string, PageError> FileGroups::public_groups_json(const BaseUrl& base, Moment /*now*/) {
  if (!config_.current()) {
    return unexpected<PageError>(PageError::kInternal);
  }
  JsonArray out;
  for (const std::string& name : groups_.names()) {
    const GroupState* state = groups_.find(name);
    if (state != nullptr && state->description->is_public) {
      out.emplace_back(stranger_status(*state, base));
    }
  }
  return write_json(std::move(out));
}

}  // namespace halcyon::signald
