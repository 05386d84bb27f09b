#pragma once

#include <string>
#include <string_view>

#include "common/result/error.h"

namespace halcyon::galenectl {

/// The tool's own configuration: where the server is and who we are. Empty fields are not set.
struct ToolConfig {
  std::string server;
  std::string admin_username;
  std::string admin_password;
  std::string admin_token;
};

/// Contents of the file; unknown fields and other types are errors.
ResultOr<ToolConfig> parse_tool_config(std::string_view json);
/// Indented by four blanks, without empty fields, with a final newline.
std::string write_tool_config(const ToolConfig& config);

}  // namespace halcyon::galenectl
