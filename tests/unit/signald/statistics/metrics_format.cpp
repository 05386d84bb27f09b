#include "tests/unit/signald/statistics/metrics_format.h"

#include <regex>
#include <sstream>

namespace halcyon::signald {
namespace {

const std::regex kHelp(R"(# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) ((?:[^\\]|\\\\|\\n)+))");
const std::regex kType(R"(# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge))");
const std::regex kSample(
    R"(([a-zA-Z_:][a-zA-Z0-9_:]*)(\{[^}]*\})? (-?[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?|[+-]Inf|NaN))");
const std::regex kLabels(
    R"(\{[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\]|\\\\|\\"|\\n)*"(,[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\]|\\\\|\\"|\\n)*")*\})");

class Reader {
 public:
  void line(const std::string& text) {
    std::smatch parts;
    if (std::regex_match(text, parts, kHelp)) {
      if (!helped_.insert(parts[1]).second) fault(text, "a second HELP");
      current_ = parts[1];
    } else if (std::regex_match(text, parts, kType)) {
      if (parts[1] != current_) fault(text, "TYPE without HELP");
      if (!out_.types.emplace(parts[1], parts[2]).second) fault(text, "a second TYPE");
      check_name(parts[1], parts[2]);
    } else if (std::regex_match(text, parts, kSample)) {
      sample(text, parts);
    } else {
      fault(text, "cannot be read");
    }
  }
  ReadMetrics done() { return std::move(out_); }

 private:
  void check_name(const std::string& name, const std::string& type) {
    const bool total = name.ends_with("_total");
    if (total != (type == "counter")) fault(name, "_total is for counters, and only for them");
  }
  void sample(const std::string& text, const std::smatch& parts) {
    if (parts[1] != current_ || !out_.types.contains(parts[1])) {
      fault(text, "stands apart from its TYPE");
    }
    if (parts[2].matched && !std::regex_match(parts[2].str(), kLabels)) fault(text, "bad labels");
    if (!out_.samples.emplace(parts[1].str() + parts[2].str(), std::stod(parts[3])).second) {
      fault(text, "a second time");
    }
  }
  void fault(const std::string& text, const std::string& why) {
    out_.faults.push_back(text + ": " + why);
  }

  ReadMetrics out_;
  std::set<std::string> helped_;
  std::string current_;
};

}  // namespace

ReadMetrics read_metrics(std::string_view text) {
  Reader reader;
  if (!text.ends_with('\n')) reader.line("the text does not end in a line feed");
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) reader.line(line);
  return reader.done();
}

}  // namespace halcyon::signald
