#include <ostream>

#include "galenectl/command_groups.h"
#include "galenectl/indented_json.h"
#include "galenectl/new_password.h"

namespace halcyon::galenectl {
namespace {

using signald::JsonObject;

/// The administrator of a server costs an attacker more than a user does.
constexpr std::int64_t kAdministratorCost = 12;

ResultOr<std::string> server_config(const ToolConfig& tool, RandomSource& random) {
  JsonObject config;
  config.add("writableGroups", true);
  if (!tool.admin_password.empty()) {
    const auto hashed = make_bcrypt(tool.admin_password, kAdministratorCost, random);
    if (!hashed) return unexpected(hashed.error());
    JsonObject user, users;
    user.add("password", signald::write_password(*hashed));
    user.add("permissions", "admin");
    users.add(tool.admin_username, std::move(user));
    config.add("users", std::move(users));
  }
  return indented_json(config);
}

int initial_setup(Invocation& i) {
  Environment& environment = i.environment;
  ToolConfig tool = i.config;
  if (tool.admin_username.empty()) {
    return complain(environment, "Option \"-admin-username\" is required");
  }
  if (tool.admin_password.empty() && tool.admin_token.empty()) {
    const auto answer = environment.ask_password("Administrator password: ");
    if (!answer) return report(environment, "ReadPassword", answer.error().message);
    tool.admin_password = *answer;
  }
  const auto text = server_config(tool, environment.random);
  if (!text) return report(environment, "Make password", text.error().message);
  const std::string server_path = i.options.text("config");
  if (const auto made = environment.create_file(server_path, *text, false); !made) {
    return report(environment, "Create " + server_path, made.error().message);
  }
  const auto made = environment.create_file(i.config_path, write_tool_config(tool), true);
  if (!made) {
    environment.remove_file(server_path);
    return report(environment, "Create " + i.config_path, made.error().message);
  }
  environment.out << "Created " << server_path << ". Move it to the server's data/ directory.\n"
                  << "Created " << i.config_path
                  << ". It holds the administrator's password in clear text: keep it safe.\n";
  return kSuccess;
}

}  // namespace

Command setup_command() {
  return {"initial-setup",
          "write the first configuration files of the server and of this tool",
          {{"config", OptionSpec::Kind::kString, "FILE",
            "where to write the server's configuration", "config.json", Names::kFiles}},
          Words::kNone,
          initial_setup};
}

}  // namespace halcyon::galenectl
