#include <ostream>

#include "galenectl/command_groups.h"

namespace halcyon::galenectl {
namespace {

std::string command_names() {
  std::string names;
  for (const Command& command : commands()) names += (names.empty() ? "" : " ") + command.name;
  return names;
}

std::string option_words(const std::vector<OptionSpec>& options) {
  std::string words;
  for (const OptionSpec& option : options) words += (words.empty() ? "-" : " -") + option.name;
  return words;
}

void print_bash(std::ostream& out) {
  out << "_galenectl() {\n"
         "  local word=${COMP_WORDS[COMP_CWORD]} command= i\n"
         "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
         "    case ${COMP_WORDS[i]} in\n";
  for (const Command& command : commands()) {
    out << "      " << command.name << ") command='" << option_words(command.options)
        << " -help';;\n";
  }
  out << "    esac\n"
         "  done\n"
         "  if [[ -n $command ]]; then COMPREPLY=($(compgen -W \"$command\" -- \"$word\"))\n"
         "  elif [[ $word == -* ]]; then COMPREPLY=($(compgen -W '"
      << option_words(global_options())
      << " -help' -- \"$word\"))\n"
         "  else COMPREPLY=($(compgen -W '"
      << command_names()
      << "' -- \"$word\")); fi\n"
         "}\n"
         "complete -F _galenectl galenectl\n";
}

void print_zsh(std::ostream& out) {
  out << "#compdef galenectl\nautoload -U +X bashcompinit && bashcompinit\n";
  print_bash(out);
}

void print_fish(std::ostream& out) {
  const auto print_options = [&out](const std::vector<OptionSpec>& options,
                                    const std::string& condition) {
    for (const OptionSpec& option : options) {
      out << "complete -c galenectl -n '" << condition << "' -o " << option.name << " -d '"
          << option.help.substr(0, option.help.find('\'')) << "'"
          << (option.kind == OptionSpec::Kind::kBool ? "" : " -r") << "\n";
    }
  };
  out << "complete -c galenectl -f\n";
  print_options(global_options(), "__fish_use_subcommand");
  for (const Command& command : commands()) {
    out << "complete -c galenectl -n __fish_use_subcommand -a " << command.name << " -d '"
        << command.summary.substr(0, command.summary.find('\'')) << "'\n";
    print_options(command.options, "__fish_seen_subcommand_from " + command.name);
  }
}

int completion(Invocation& i) {
  const std::string shell = i.patterns.empty() ? i.options.text("shell") : i.patterns.front();
  if (shell == "bash") {
    print_bash(i.environment.out);
  } else if (shell == "zsh") {
    print_zsh(i.environment.out);
  } else if (shell == "fish") {
    print_fish(i.environment.out);
  } else {
    return complain(i.environment, "The shell is bash, zsh or fish");
  }
  return kSuccess;
}

}  // namespace

Command completion_command() {
  return {"completion",
          "print a completion script for a shell",
          {{"shell", OptionSpec::Kind::kString, "SHELL", "bash, zsh or fish", "bash"}},
          Words::kShell,
          completion};
}

}  // namespace halcyon::galenectl
