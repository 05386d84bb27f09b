#pragma once

#include <string>

#include "common/result/error.h"
#include "galenectl/command_line.h"
#include "galenectl/commands.h"
#include "galenectl/tool_config.h"

namespace halcyon::galenectl {

inline constexpr char kDefaultServer[] = "https://localhost:8443";

struct EffectiveConfig {
  ToolConfig config;
  std::string path;             // of the tool's own file, which need not exist
  bool names_a_server = false;  // the file or an option, not the default
};

/// The values of the tool's file, overridden by what the global options give with a value. Errors
/// are for report().
ResultOr<EffectiveConfig> effective_config(Environment& environment, const Options& global);

}  // namespace halcyon::galenectl
