#include "galenectl/completion.h"

#include <algorithm>
#include <cctype>
#include <ostream>

#include "galenectl/api_client.h"
#include "galenectl/command_groups.h"
#include "galenectl/completion_candidates.h"
#include "galenectl/completion_scripts.h"
#include "galenectl/effective_config.h"
#include "galenectl/listing.h"
#include "galenectl/shell_words.h"
#include "galenectl/url.h"

namespace halcyon::galenectl {
namespace {

/// Whoever pressed a key waits; names can be typed as well.
constexpr TimeDelta kPatience = TimeDelta::millis(1500);

std::vector<std::string> names_of_server(Environment& environment, Names names,
                                         const LineSoFar& line) {
  const auto effective = effective_config(environment, line.global);
  // Without a word about a server, the one on this host is a guess, and a guess is not worth a
  // wait.
  if (!effective || !effective->names_a_server || !is_addressable(line.group)) return {};
  environment.transport.configure(
      {.accepts_any_certificate = line.global.flag("insecure"), .time_limit = kPatience});
  const std::string& server = effective->config.server;
  const std::string url = names == Names::kGroups  ? groups_url(server)
                          : names == Names::kUsers ? users_url(server, line.group)
                                                   : tokens_url(server, line.group);
  const auto answer = ApiClient(environment.transport, effective->config).get(url);
  return answer ? names_in(*answer) : std::vector<std::string>();
}

bool is_one_line(std::string_view text) {
  return std::ranges::none_of(text, [](unsigned char c) { return std::iscntrl(c) != 0; });
}

/// The longest beginning of bash's word that the line ends in: what is behind the cursor is not
/// typed yet. A lone "=" or ":" separates words for bash and is not replaced.
std::string_view typed_part(std::string_view line, std::string_view word) {
  while (!line.ends_with(word)) word.remove_suffix(1);
  return word == "=" || word == ":" ? std::string_view() : word;
}

void print_for_bash(std::ostream& out, const Candidates& candidates, const ShellWords& line,
                    std::string_view typed) {
  // Bash replaces `typed` only, so the rest of the word is not repeated.
  const std::string_view kept =
      std::string_view(line.raw_last).substr(0, line.raw_last.size() - typed.size());
  const std::string prefix = without_bash_quotes(kept);
  for (const Candidate& candidate : candidates.list) {
    if (!is_one_line(candidate.text) || !candidate.text.starts_with(prefix)) continue;
    const std::string text = bash_text(candidate.text.substr(prefix.size()), typed);
    if (!text.empty()) out << text << "\n";
  }
}

int completion(Invocation& i) {
  const std::string shell = i.patterns.empty() ? i.options.text("shell") : i.patterns.front();
  const auto script = completion_script(shell);
  if (!script) return complain(i.environment, "The shell is bash, zsh or fish");
  i.environment.out << *script;
  return kSuccess;
}

}  // namespace

int print_candidates(Environment& environment, const std::vector<std::string>& words) {
  if (words.size() < 2) return kUsage;
  const NameSource source = [&environment](Names names, const LineSoFar& line) {
    return names_of_server(environment, names, line);
  };
  std::vector<std::string> typed(words.begin() + 1, words.end());
  ShellWords line;
  if (words.front() == "bash") {
    line = split_bash_line(words[1]);
    typed.assign(line.words.begin() + 1, line.words.end());
  }
  const Candidates candidates = candidates_for(typed, source);
  environment.out << (candidates.are_files ? "files\n" : "names\n");
  if (words.front() == "bash") {
    const std::string_view word = words.size() > 2 ? std::string_view(words[2]) : "";
    print_for_bash(environment.out, candidates, line, typed_part(line.raw_last, word));
    return kSuccess;
  }
  for (const Candidate& candidate : candidates.list) {
    if (!is_one_line(candidate.text)) continue;
    environment.out << candidate.text;
    if (!candidate.description.empty()) environment.out << "\t" << candidate.description;
    environment.out << "\n";
  }
  return kSuccess;
}

Command completion_command() {
  return {
      "completion",
      "print a completion script for a shell",
      {{"shell", OptionSpec::Kind::kString, "SHELL", "bash, zsh or fish", "bash", Names::kShells}},
      Words::kShell,
      completion};
}

}  // namespace halcyon::galenectl
