#include "galenectl/commands.h"

#include <algorithm>
#include <ctime>
#include <ostream>

#include "galenectl/command_groups.h"
#include "galenectl/url.h"

namespace halcyon::galenectl {
namespace {

constexpr char kDefaultServer[] = "https://localhost:8443";

std::vector<Command> all_commands() {
  std::vector<Command> all{setup_command(), completion_command()};
  for (auto group : {group_commands(), user_commands(), password_commands(), token_commands()}) {
    std::ranges::move(group, std::back_inserter(all));
  }
  std::ranges::sort(all, {}, &Command::name);
  for (Command& command : all) {
    if (command.json_output == JsonOutput::kYes) {
      command.options.push_back(
          {"json", OptionSpec::Kind::kBool, "", "print JSON, for scripts", "false"});
    }
  }
  return all;
}

void print_global_usage(std::ostream& out) {
  out << "Usage: galenectl [option...] command [option...]\n" << describe(global_options());
  out << "\nCommands:\n";
  for (const Command& command : commands()) {
    out << "  " << command.name << std::string(18 - command.name.size(), ' ') << command.summary
        << "\n";
  }
  out << "\nFor help on a command, say \"galenectl COMMAND -help\".\n";
}

std::string_view words_usage(Words words) {
  switch (words) {
    case Words::kNone:
      return "";
    case Words::kPatterns:
      return " [pattern...]";
    case Words::kShell:
      return " [bash|zsh|fish]";
  }
  return "";
}

void print_command_usage(std::ostream& out, const Command& command) {
  out << "Usage: galenectl [option...] " << command.name << " [option...]"
      << words_usage(command.words) << "\n"
      << command.summary << "\n"
      << describe(command.options);
}

/// The file's values, overridden by what the command line gives with a value.
ToolConfig joined(ToolConfig file, const Options& options) {
  const auto override_with = [&options](std::string& field, const char* name) {
    if (!options.text(name).empty()) field = options.text(name);
  };
  override_with(file.server, "server");
  override_with(file.admin_username, "admin-username");
  override_with(file.admin_password, "admin-password");
  override_with(file.admin_token, "admin-token");
  if (file.server.empty()) file.server = kDefaultServer;
  return file;
}

bool json_output(const Command& command, const Options& options) {
  return command.json_output == JsonOutput::kYes && options.flag("json");
}

ResultOr<ToolConfig> read_config(Environment& environment, const std::string& path) {
  const auto text = environment.read_file(path);
  if (!text) return unexpected(text.error());
  if (text->empty()) return ToolConfig{};  // a missing file is an empty one
  auto config = parse_tool_config(*text);
  if (!config) return fail(path + ": " + config.error().message);
  return config;
}

int run_command(Environment& environment, const Options& global, const ToolConfig& config,
                const std::string& config_path, std::vector<std::string> words) {
  const auto found = std::ranges::find(commands(), words.front(), &Command::name);
  if (found == commands().end()) {
    environment.err << "unknown command \"" << words.front() << "\"\n";
    print_global_usage(environment.err);
    return kFailure;
  }
  words.erase(words.begin());
  const auto options = Options::parse(found->options, words);
  if (!options) {
    if (!options.error().help_wanted) environment.err << options.error().text << "\n";
    print_command_usage(environment.err, *found);
    return options.error().help_wanted ? kSuccess : kBadOption;
  }
  if (!words.empty() && found->words == Words::kNone) {
    print_command_usage(environment.err, *found);
    return kFailure;
  }
  for (const OptionSpec& option : found->options) {
    const bool is_name = option.name == "group" || option.name == "user" || option.name == "token";
    if (is_name && !is_addressable(options->text(option.name))) {
      return complain(environment, "Option \"-" + option.name +
                                       "\" has control characters, or a part that is empty or "
                                       "begins with a dot");
    }
  }
  const bool json = global.flag("json") || json_output(*found, *options);
  Invocation invocation{environment, config, config_path, json, *options, std::move(words)};
  return found->run(invocation);
}

}  // namespace

const std::vector<Command>& commands() {
  static const std::vector<Command> all = all_commands();
  return all;
}

const std::vector<OptionSpec>& global_options() {
  using Kind = OptionSpec::Kind;
  static const std::vector<OptionSpec> options{
      {"server", Kind::kString, "URL", "the server, https://localhost:8443 unless configured", ""},
      {"insecure", Kind::kBool, "", "accept any certificate of the server", "false"},
      {"config", Kind::kString, "FILE", "the tool's own configuration file", ""},
      {"admin-username", Kind::kString, "NAME", "administrator's name", ""},
      {"admin-password", Kind::kString, "PASSWORD", "administrator's password", ""},
      {"admin-token", Kind::kString, "TOKEN", "bearer token, instead of name and password", ""},
      {"json", Kind::kBool, "", "print lists as JSON, for scripts", "false"},
  };
  return options;
}

int run_tool(Environment& environment, std::vector<std::string> words) {
  const auto global = Options::parse(global_options(), words);
  if (!global) {
    if (!global.error().help_wanted) environment.err << global.error().text << "\n";
    print_global_usage(environment.err);
    return global.error().help_wanted ? kSuccess : kBadOption;
  }
  if (words.empty()) {
    print_global_usage(environment.err);
    return kFailure;
  }
  std::string path = global->text("config");
  if (path.empty()) {
    if (!environment.default_config_path) {
      return report(environment, "Configuration", "HOME is not set; name a file with -config");
    }
    path = *environment.default_config_path;
  }
  const auto file = read_config(environment, path);
  if (!file) {
    return report(environment, "Failed to read configuration file", file.error().message);
  }
  return run_command(environment, *global, joined(*file, *global), path, std::move(words));
}

int report(Environment& environment, const std::string& label, const std::string& cause) {
  return report(environment, label + ": " + cause);
}

int report(Environment& environment, const std::string& cause) {
  const std::time_t local = environment.now.unix_seconds() + environment.utc_offset_seconds;
  std::tm fields{};
  gmtime_r(&local, &fields);
  char date[32];
  std::strftime(date, sizeof date, "%Y/%m/%d %H:%M:%S", &fields);
  environment.err << date << " " << cause << "\n";
  return kFailure;
}

int complain(Environment& environment, const std::string& text) {
  environment.err << text << "\n";
  return kFailure;
}

}  // namespace halcyon::galenectl
