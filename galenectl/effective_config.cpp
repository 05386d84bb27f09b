#include "galenectl/effective_config.h"

namespace halcyon::galenectl {
namespace {

ResultOr<ToolConfig> read_config(Environment& environment, const std::string& path) {
  const auto text = environment.read_file(path);
  if (!text) return unexpected(text.error());
  if (text->empty()) return ToolConfig{};  // a missing file is an empty one
  auto config = parse_tool_config(*text);
  if (!config) return fail(path + ": " + config.error().message);
  return config;
}

}  // namespace

ResultOr<EffectiveConfig> effective_config(Environment& environment, const Options& global) {
  std::string path = global.text("config");
  if (path.empty()) {
    if (!environment.default_config_path) {
      return fail("Configuration: HOME is not set; name a file with -config");
    }
    path = *environment.default_config_path;
  }
  auto config = read_config(environment, path);
  if (!config) return fail("Failed to read configuration file: " + config.error().message);
  const auto override_with = [&global](std::string& field, const char* name) {
    if (!global.text(name).empty()) field = global.text(name);
  };
  override_with(config->server, "server");
  override_with(config->admin_username, "admin-username");
  override_with(config->admin_password, "admin-password");
  override_with(config->admin_token, "admin-token");
  const bool names_a_server = !config->server.empty();
  if (!names_a_server) config->server = kDefaultServer;
  return EffectiveConfig{std::move(*config), std::move(path), names_a_server};
}

}  // namespace halcyon::galenectl
