#include "galenectl/commands.h"

#include <algorithm>
#include <ctime>
#include <ostream>

#include "galenectl/command_groups.h"
#include "galenectl/completion.h"
#include "galenectl/effective_config.h"
#include "galenectl/url.h"

namespace halcyon::galenectl {
namespace {

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
  out << "\nFor help on a command, say \"galenectl COMMAND -help\".\n"
         "Exit status: 0 done, 1 failed, 2 command line, 3 not found, 4 not authorised, 5 "
         "conflict,\n"
         "6 server unreachable, 7 server busy or failed.\n";
}

std::string_view words_usage(Words words) {
  switch (words) {
    case Words::kNone:
      return "";
    case Words::kGroupPatterns:
    case Words::kUserPatterns:
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

bool json_output(const Command& command, const Options& options) {
  return command.json_output == JsonOutput::kYes && options.flag("json");
}

int run_command(Environment& environment, const Options& global, const ToolConfig& config,
                const std::string& config_path, std::vector<std::string> words) {
  const auto found = std::ranges::find(commands(), words.front(), &Command::name);
  if (found == commands().end()) {
    environment.err << "unknown command \"" << words.front() << "\"\n";
    print_global_usage(environment.err);
    return kUsage;
  }
  words.erase(words.begin());
  const auto options = Options::parse(found->options, words);
  if (!options) {
    if (!options.error().help_wanted) environment.err << options.error().text << "\n";
    print_command_usage(environment.err, *found);
    return options.error().help_wanted ? kSuccess : kUsage;
  }
  if (!words.empty() && found->words == Words::kNone) {
    print_command_usage(environment.err, *found);
    return kUsage;
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
      {"config", Kind::kString, "FILE", "the tool's own configuration file", "", Names::kFiles},
      {"admin-username", Kind::kString, "NAME", "administrator's name", ""},
      {"admin-password", Kind::kString, "PASSWORD", "administrator's password", ""},
      {"admin-token", Kind::kString, "TOKEN", "bearer token, instead of name and password", ""},
      {"json", Kind::kBool, "", "print lists as JSON, for scripts", "false"},
  };
  return options;
}

int run_tool(Environment& environment, std::vector<std::string> words) {
  if (!words.empty() && words.front() == kCompleteCommand) {
    words.erase(words.begin());
    return print_candidates(environment, words);
  }
  const auto global = Options::parse(global_options(), words);
  if (!global) {
    if (!global.error().help_wanted) environment.err << global.error().text << "\n";
    print_global_usage(environment.err);
    return global.error().help_wanted ? kSuccess : kUsage;
  }
  environment.transport.configure({.accepts_any_certificate = global->flag("insecure")});
  if (words.empty()) {
    print_global_usage(environment.err);
    return kUsage;
  }
  const auto effective = effective_config(environment, *global);
  if (!effective) return report(environment, effective.error().message);
  return run_command(environment, *global, effective->config, effective->path, std::move(words));
}

int report(Environment& environment, const std::string& label, const ApiError& error) {
  report(environment, label, error.cause);
  // One line for programs, as upstream's tool; a second for people.
  if (environment.has_onlooker && !error.hint.empty()) environment.err << error.hint << "\n";
  return error.status;
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
  return kUsage;
}

}  // namespace halcyon::galenectl
