#pragma once

#include <optional>
#include <string>

#include "galenectl/commands.h"

namespace halcyon::galenectl {

/// The user that -group and one of -user and -wildcard name.
struct UserTarget {
  /// Of -user and -wildcard together. Upstream's update-user takes the wildcard user then, and
  /// scripts may rest on it; all other commands refuse.
  enum class Both { kIsAnError, kMeansWildcard };

  std::string url;
  /// On a usage problem complains and gives nothing.
  static std::optional<UserTarget> from(Invocation& invocation, Both both = Both::kIsAnError);
  static std::vector<OptionSpec> options();
};

}  // namespace halcyon::galenectl
