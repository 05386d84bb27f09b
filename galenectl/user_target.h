#pragma once

#include <optional>
#include <string>

#include "galenectl/commands.h"

namespace halcyon::galenectl {

/// The user that -group and exactly one of -user and -wildcard name. On a usage problem complains
/// and gives nothing.
struct UserTarget {
  std::string url;
  static std::optional<UserTarget> from(Invocation& invocation);
  static std::vector<OptionSpec> options();
};

}  // namespace halcyon::galenectl
