#include "galenectl/user_target.h"

#include "galenectl/url.h"

namespace halcyon::galenectl {

std::optional<UserTarget> UserTarget::from(Invocation& invocation, Both both) {
  const std::string group = invocation.options.text("group");
  const std::string user = invocation.options.text("user");
  const bool wildcard = invocation.options.flag("wildcard");
  if (group.empty()) {
    complain(invocation.environment, "Option \"-group\" is required");
    return std::nullopt;
  }
  const bool has_both = wildcard && !user.empty();
  const bool has_neither = !wildcard && user.empty();
  if (has_neither || (has_both && both == Both::kIsAnError)) {
    complain(invocation.environment, "Exactly one of \"-user\" and \"-wildcard\" is required");
    return std::nullopt;
  }
  return UserTarget{user_url(invocation.config.server, group, wildcard ? nullptr : &user)};
}

std::vector<OptionSpec> UserTarget::options() {
  using Kind = OptionSpec::Kind;
  return {{"group", Kind::kString, "GROUP", "name of the group", "", Names::kGroups},
          {"user", Kind::kString, "USER", "name of the user", "", Names::kUsers},
          {"wildcard", Kind::kBool, "", "the wildcard user instead", "false"}};
}

}  // namespace halcyon::galenectl
