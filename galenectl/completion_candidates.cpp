#include "galenectl/completion_candidates.h"

#include <algorithm>
#include <set>
#include <string_view>

namespace halcyon::galenectl {
namespace {

/// The words before the one being typed, as Options::parse() would read them.
class Line {
 public:
  explicit Line(const std::vector<std::string>& words) {
    for (std::size_t i = 0; i + 1 < words.size(); ++i) take(words[i]);
    std::vector<std::string> head(words.begin(),
                                  words.begin() + static_cast<std::ptrdiff_t>(head_));
    if (waiting_ != nullptr && command_ == nullptr) head.pop_back();
    auto options = Options::parse(global_options(), head);
    if (!options) is_understood_ = false;
    if (options) so_far_.global = std::move(*options);
  }

  bool is_understood() const { return is_understood_; }
  const LineSoFar& so_far() const { return so_far_; }
  const Command* command() const { return command_; }
  /// The option whose value comes next, or null.
  const OptionSpec* waiting() const { return waiting_; }
  bool takes_options() const { return !are_options_over_; }
  bool has(const std::string& option) const { return given_.contains(option); }

  const std::vector<OptionSpec>& options() const {
    return command_ == nullptr ? global_options() : command_->options;
  }
  const OptionSpec* option(std::string_view name) const {
    const auto found = std::ranges::find(options(), name, &OptionSpec::name);
    return found == options().end() ? nullptr : &*found;
  }

 private:
  void take(const std::string& word) {
    if (command_ == nullptr) ++head_;
    if (waiting_ != nullptr) {
      keep(*waiting_, word);
      waiting_ = nullptr;
    } else if (!are_options_over_ && word.size() > 1 && word[0] == '-') {
      take_option(word);
    } else if (command_ == nullptr) {
      take_command(word);
    } else {
      are_options_over_ = true;
    }
  }

  void take_option(std::string_view word) {
    if (word == "--") {
      are_options_over_ = true;
      return;
    }
    word.remove_prefix(word[1] == '-' ? 2 : 1);
    const std::size_t equals = word.find('=');
    const OptionSpec* spec = option(word.substr(0, equals));
    if (spec == nullptr) {
      is_understood_ = false;
    } else if (equals != std::string_view::npos) {
      keep(*spec, word.substr(equals + 1));
    } else if (spec->kind == OptionSpec::Kind::kBool) {
      keep(*spec, "true");
    } else {
      waiting_ = spec;
    }
  }

  void take_command(const std::string& word) {
    const auto found = std::ranges::find(commands(), word, &Command::name);
    if (found == commands().end()) {
      is_understood_ = false;
      return;
    }
    --head_;
    command_ = &*found;
    are_options_over_ = false;
    given_.clear();
  }

  void keep(const OptionSpec& spec, std::string_view value) {
    given_.insert(spec.name);
    if (command_ != nullptr && spec.name == "group") so_far_.group = value;
  }

  LineSoFar so_far_;
  const Command* command_ = nullptr;
  const OptionSpec* waiting_ = nullptr;
  std::set<std::string> given_;
  std::size_t head_ = 0;  // words before the command
  bool are_options_over_ = false;
  bool is_understood_ = true;
};

std::vector<Candidate> plain(std::initializer_list<const char*> texts) {
  std::vector<Candidate> list;
  for (const char* text : texts) list.push_back({text, ""});
  return list;
}

/// (groups.md 5; the words of docs/groups.md.)
std::vector<Candidate> roles() {
  return {{"op", "moderate, publish, chat, send captions, invite"},
          {"present", "publish, chat"},
          {"message", "chat"},
          {"observe", "watch and listen"},
          {"caption", "send captions"},
          {"admin", "administer the group"}};
}

std::vector<Candidate> named(Names names, const Line& line, const NameSource& source) {
  switch (names) {
    case Names::kNothing:
    case Names::kFiles:
      return {};
    case Names::kRoles:
      return roles();
    case Names::kPasswordTypes:
      return plain({"bcrypt", "pbkdf2", "argon2id", "wildcard"});
    case Names::kDurations:
      return plain({"1h", "24h", "168h", "720h"});
    case Names::kShells:
      return plain({"bash", "zsh", "fish"});
    case Names::kUsers:
      if (line.so_far().group.empty()) return {};
      break;
    case Names::kGroups:
      break;
    case Names::kTokens:
      if (!line.has("group")) return {};
      break;
  }
  std::vector<Candidate> list;
  for (std::string& name : source(names, line.so_far())) list.push_back({std::move(name), ""});
  return list;
}

Candidates values_of(const OptionSpec& option, const Line& line, const NameSource& source) {
  if (option.kind == OptionSpec::Kind::kBool) return {.list = plain({"true", "false"})};
  return {.list = named(option.names, line, source), .are_files = option.names == Names::kFiles};
}

std::vector<Candidate> option_names(const Line& line, std::string_view dashes) {
  std::vector<Candidate> list;
  for (const OptionSpec& option : line.options()) {
    if (!line.has(option.name)) list.push_back({std::string(dashes) + option.name, option.help});
  }
  list.push_back({std::string(dashes) + "help", "show all options"});
  return list;
}

std::vector<Candidate> command_names() {
  std::vector<Candidate> list;
  for (const Command& command : commands()) list.push_back({command.name, command.summary});
  return list;
}

Names names_of(Words words) {
  switch (words) {
    case Words::kNone:
      return Names::kNothing;
    case Words::kGroupPatterns:
      return Names::kGroups;
    case Words::kUserPatterns:
      return Names::kUsers;
    case Words::kShell:
      return Names::kShells;
  }
  return Names::kNothing;
}

Candidates unfiltered(const Line& line, const std::string& typed, const NameSource& source) {
  if (!line.is_understood()) return {};
  if (line.waiting() != nullptr) return values_of(*line.waiting(), line, source);
  if (line.takes_options() && typed.starts_with('-')) {
    const std::string_view dashes = typed.starts_with("--") ? "--" : "-";
    const std::size_t equals = typed.find('=');
    if (equals == std::string::npos) return {.list = option_names(line, dashes)};
    const std::string head = typed.substr(0, equals);
    const OptionSpec* option = line.option(std::string_view(head).substr(dashes.size()));
    if (option == nullptr) return {};
    Candidates values = values_of(*option, line, source);
    for (Candidate& value : values.list) value.text.insert(0, head + "=");
    return values;
  }
  if (line.command() == nullptr) return {.list = command_names()};
  return {.list = named(names_of(line.command()->words), line, source)};
}

}  // namespace

Candidates candidates_for(const std::vector<std::string>& words, const NameSource& source) {
  const std::string typed = words.empty() ? "" : words.back();
  Candidates candidates = unfiltered(Line(words), typed, source);
  std::erase_if(candidates.list, [&typed](const Candidate& candidate) {
    return candidate.text.empty() || !candidate.text.starts_with(typed);
  });
  return candidates;
}

}  // namespace halcyon::galenectl
