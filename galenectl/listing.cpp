#include "galenectl/listing.h"

#include <algorithm>
#include <ostream>

#include "galenectl/name_pattern.h"
#include "signald/json/json_writer.h"

namespace halcyon::galenectl {

std::vector<std::string> names_in(const signald::JsonValue& array) {
  std::vector<std::string> names;
  if (const signald::JsonArray* elements = array.as_array()) {
    for (const signald::JsonValue& element : *elements) {
      if (const std::string* name = element.as_string()) names.push_back(*name);
    }
  }
  std::ranges::sort(names);
  return names;
}

ResultOr<std::vector<std::string>> selected_names(const Invocation& invocation,
                                                  std::vector<std::string> names) {
  if (invocation.patterns.empty()) return names;
  std::vector<std::string> selected;
  for (std::string& name : names) {
    for (const std::string& pattern : invocation.patterns) {
      const auto match = matches(pattern, name);
      if (!match) return unexpected(match.error());
      if (*match) {
        selected.push_back(std::move(name));
        break;
      }
    }
  }
  return selected;
}

int bad_pattern(Invocation& invocation, const Error& error) {
  report(invocation.environment, "Match", error.message);
  return kUsage;
}

int print_names(Invocation& invocation, std::vector<std::string> names) {
  const auto selected = selected_names(invocation, std::move(names));
  if (!selected) return bad_pattern(invocation, selected.error());
  std::ostream& out = invocation.environment.out;
  if (invocation.json) {
    signald::JsonArray array;
    for (const std::string& name : *selected) array.emplace_back(name);
    out << signald::write_json(array) << "\n";
    return kSuccess;
  }
  for (const std::string& name : *selected) out << name << "\n";
  return kSuccess;
}

void show_progress(Invocation& invocation, std::size_t done, std::size_t total) {
  const auto& show = invocation.environment.show_progress;
  if (show) show(done, total);
}

std::string padded(std::string text, std::size_t width) {
  // Of UTF-8, all but the first byte of a character are 10xxxxxx.
  const auto characters = static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
  if (characters < width) text.append(width - characters, ' ');
  return text;
}

}  // namespace halcyon::galenectl
