#include <doctest/doctest.h>

#include "galenectl/completion_candidates.h"
#include "galenectl/shell_words.h"
#include "tests/unit/galenectl/tool.h"

using namespace halcyon;
using namespace halcyon::galenectl;

namespace {

/// The candidates for a line whose last word is being typed, with the names that a server has.
std::vector<std::string> texts(const std::vector<std::string>& words) {
  const NameSource source = [](Names names, const LineSoFar& line) -> std::vector<std::string> {
    if (names == Names::kGroups) return {"campus/lab1", "team", "tea room"};
    if (names == Names::kUsers) return {line.group + "-ann", line.group + "-bob"};
    return {"-" + line.group + "token"};
  };
  std::vector<std::string> result;
  for (const Candidate& candidate : candidates_for(words, source).list) {
    result.push_back(candidate.text);
  }
  return result;
}

using Texts = std::vector<std::string>;

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> result;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) result.push_back(line);
  return result;
}

}  // namespace

TEST_CASE("commands are offered first, and options of the tool before them") {
  CHECK(texts({"crea"}) == Texts{"create-group", "create-token", "create-user"});
  CHECK(texts({""}).size() == commands().size());
  CHECK(texts({"-ins"}) == Texts{"-insecure"});
  CHECK(texts({"--conf"}) == Texts{"--config"});
  CHECK(texts({"-insecure", "-ins"}).empty());  // given already
  CHECK(texts({"-server", "show-group", "list-g"}) == Texts{"list-groups"});
}

TEST_CASE("a command's own options are offered behind it") {
  CHECK(texts({"update-token", "-"}) ==
        Texts{"-group", "-token", "-permissions", "-duration", "-help"});
  CHECK(texts({"update-token", "-group", "g", "--t"}) == Texts{"--token"});
  CHECK(texts({"frobnicate", "-"}).empty());
  CHECK(texts({"list-groups", "-frobnicate", "-"}).empty());
}

TEST_CASE("values are offered where it is known what they name") {
  CHECK(texts({"show-group", "-group", "te"}) == Texts{"team", "tea room"});
  CHECK(texts({"show-group", "-group=te"}) == Texts{"-group=team", "-group=tea room"});
  CHECK(texts({"delete-user", "-group", "team", "-user", ""}) == Texts{"team-ann", "team-bob"});
  CHECK(texts({"delete-user", "--group=team", "-user", ""}) == Texts{"team-ann", "team-bob"});
  CHECK(texts({"delete-token", "-group", "", "-token", "-"}) == Texts{"-token"});
  CHECK(texts({"create-user", "-permissions", "o"}) == Texts{"op", "observe"});
  CHECK(texts({"hash-password", "-type", "b"}) == Texts{"bcrypt"});
  CHECK(texts({"delete-user", "-wildcard=t"}) == Texts{"-wildcard=true"});
  CHECK(texts({"completion", ""}) == Texts{"bash", "zsh", "fish"});
  CHECK(texts({"list-groups", "ca"}) == Texts{"campus/lab1"});
  CHECK(texts({"list-users", "-group", "team", "-l", "team-a"}) == Texts{"team-ann"});
}

TEST_CASE("what does not exist yet, or cannot be asked for, is not offered") {
  CHECK(texts({"create-group", "-group", ""}).empty());
  CHECK(texts({"create-user", "-group", "team", "-user", ""}).empty());
  CHECK(texts({"delete-user", "-user", ""}).empty());  // of which group?
  CHECK(texts({"delete-token", "-token", ""}).empty());
  CHECK(texts({"list-tokens", "-group", "team", ""}).empty());
}

TEST_CASE("file names are left to the shell") {
  const NameSource none = [](Names, const LineSoFar&) { return std::vector<std::string>(); };
  CHECK(candidates_for({"-config", "a"}, none).are_files);
  CHECK(candidates_for({"initial-setup", "-config=b"}, none).are_files);
  CHECK_FALSE(candidates_for({"show-group", "-group", "a"}, none).are_files);
}

TEST_CASE("a line is split as bash would") {
  const auto split = [](std::string_view line) { return split_bash_line(line).words; };
  CHECK(split("a  b\\ c 'd e' \"f \\\"g\" ") == Texts{"a", "b c", "d e", "f \"g", ""});
  CHECK(split("a \"b c") == Texts{"a", "b c"});
  CHECK(split("a '' x") == Texts{"a", "", "x"});
  CHECK(split("a \"\\x\"") == Texts{"a", "\\x"});
  CHECK(split_bash_line("a -g=\"b c").raw_last == "-g=\"b c");
  CHECK(split("") == Texts{""});
}

TEST_CASE("what bash inserts means the name, whatever quote was typed") {
  CHECK(bash_text("tea room's", "te") == "tea\\ room\\'s");
  CHECK(bash_text("a$b`c", "\"a") == "a\\$b\\`c");
  CHECK(bash_text("tea room", "'te") == "tea room");
  CHECK(bash_text("o'clock", "'o").empty());
  CHECK(bash_text("café/x", "") == "café/x");
  for (const std::string name : {"a b", "$(rm -rf)", "x;y&z", "q\"'\\", "*?[", "#c", "~u", "é"}) {
    CHECK(without_bash_quotes(bash_text(name, "")) == name);
  }
}

TEST_CASE("bash is given only the part of the word that it replaces") {
  Tool tool;
  tool.files["/home/c/galenectl.json"] = R"({"server":"https://s","admin-token":"T"})";
  const auto complete = [&tool](std::string line, std::string word) {
    tool.transport.answer(200, "200 OK", R"(["a:b","tea room","team"])");
    CHECK(tool.run({"__complete", "bash", line, word}) == 0);
    tool.transport.answers.clear();
    return lines(tool.out.str());
  };
  CHECK(complete("galenectl show-group -group te", "te") == Texts{"names", "tea\\ room", "team"});
  CHECK(complete("galenectl show-group -group=", "=") ==
        Texts{"names", "a:b", "tea\\ room", "team"});
  CHECK(complete("galenectl show-group -group=tea", "tea") == Texts{"names", "tea\\ room", "team"});
  CHECK(complete("galenectl show-group -group a:", ":") == Texts{"names", "b"});
  CHECK(complete("galenectl show-group -group \"te", "\"te") == Texts{"names", "tea room", "team"});
  CHECK(complete("galenectl show-group -group te", "team-and-more") ==
        Texts{"names", "tea\\ room", "team"});
  CHECK(complete("galenectl -config ", "") == Texts{"files"});
  CHECK(tool.transport.sent_header(0, "Authorization: Bearer T"));
}

TEST_CASE("names come from the server that the line or the file names, soon or not at all") {
  Tool tool;
  CHECK(tool.run({"__complete", "words", "show-group", "-group", ""}) == 0);
  CHECK(tool.out.str() == "names\n");
  CHECK(tool.transport.requests.empty());  // no server is configured
  tool.transport.answer(200, "200 OK", R"(["ann"])");
  CHECK(tool.run({"__complete", "words", "-insecure", "-server", "https://s", "-admin-username",
                  "a", "-admin-password", "b", "delete-user", "-group", "g h", "-user", ""}) == 0);
  CHECK(tool.out.str() == "names\nann\n");
  CHECK(tool.transport.requests[0].url == "https://s/galene-api/v0/.groups/g%20h/.users/");
  CHECK(tool.transport.settings.accepts_any_certificate);
  CHECK(tool.transport.settings.time_limit.has_value());
}

TEST_CASE("completion is silent about whatever goes wrong") {
  Tool tool;
  tool.files["/home/c/galenectl.json"] = "{";
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"__complete", "words", "show-group", "-group", ""},
           {"__complete", "words", "-server", "https://s", "-config", "/none", "show-group",
            "-group", ""},
           {"__complete", "words", "-json=maybe", "show-group", "-group", ""},
           {"__complete", "words"},
           {"__complete", "bash", ""},
           {"__complete"}}) {
    tool.run(words);
    CHECK(tool.err.str().empty());
    CHECK((tool.out.str() == "names\n" || words.size() < 4));
  }
}

TEST_CASE("descriptions stand behind a tab, for shells that show them") {
  Tool tool;
  CHECK(tool.run({"__complete", "words", "list-g"}) == 0);
  CHECK(tool.out.str() == "names\nlist-groups\tlist groups\n");
}

TEST_CASE("there is a completion script for bash, zsh and fish, and for no other shell") {
  Tool tool;
  for (const char* shell : {"bash", "zsh", "fish"}) {
    REQUIRE(tool.run({"completion", "-shell", shell}) == 0);
    CHECK(tool.out.str().find("__complete") != std::string::npos);
  }
  CHECK(tool.run({"completion", "zsh"}) == 0);
  CHECK(tool.out.str().starts_with("#compdef"));
  CHECK(tool.run({"completion", "-shell", "tcsh"}) == kUsage);
  CHECK(tool.run({"completion", "tcsh"}) == kUsage);
}
