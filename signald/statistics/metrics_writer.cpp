#include "signald/statistics/metrics_writer.h"

#include <array>
#include <charconv>

namespace halcyon::signald {
namespace {

/// Backslash and line feed always, the quote in label values only.
void append_escaped(std::string& out, std::string_view text, bool in_quotes) {
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '\\' || (in_quotes && c == '"')) out += '\\';
    out += c;
  }
}

}  // namespace

void MetricsWriter::family(std::string_view name, std::string_view type, std::string_view help) {
  name_ = name;
  text_.append("# HELP ").append(name).append(" ");
  append_escaped(text_, help, false);
  text_.append("\n# TYPE ").append(name).append(" ").append(type).append("\n");
}

void MetricsWriter::sample(Labels labels, double value) {
  text_ += name_;
  char separator = '{';
  for (const auto& [label, content] : labels) {
    text_ += separator;
    text_.append(label).append("=\"");
    append_escaped(text_, content, true);
    text_ += '"';
    separator = ',';
  }
  if (separator == ',') text_ += '}';
  // The shortest text that gives the same number back.
  std::array<char, 32> number{};
  const auto end = std::to_chars(number.data(), number.data() + number.size(), value).ptr;
  text_.append(" ").append(number.data(), end).append("\n");
}

}  // namespace halcyon::signald
