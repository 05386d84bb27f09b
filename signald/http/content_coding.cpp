#include "signald/http/content_coding.h"

#include <array>

#include "signald/http/field_text.h"
#include "signald/http/origin.h"

namespace halcyon::signald {
namespace {

constexpr std::array<ContentCoding, 2> kCodings = {{{"br", ".br"}, {"gzip", ".gz"}}};

/// Whether the parameters after a coding's name say "not this one": q=0, q=0.0 and so on.
bool refused(std::string_view parameters) {
  parameters = trimmed(parameters);
  if (!parameters.starts_with("q=") && !parameters.starts_with("Q=")) return false;
  return parameters.find_first_not_of("0.", 2) == std::string_view::npos;
}

bool accepts(std::string_view list, std::string_view coding) {
  bool by_star = false;
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    const std::string_view element = list.substr(0, comma);
    list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
    const std::size_t semicolon = element.find(';');
    const std::string_view name = trimmed(element.substr(0, semicolon));
    const bool allowed =
        semicolon == std::string_view::npos || !refused(element.substr(semicolon + 1));
    if (equal_ignoring_case(name, coding)) return allowed;
    if (name == "*") by_star = allowed;
  }
  return by_star;
}

}  // namespace

std::vector<ContentCoding> accepted_codings(std::string_view accept_encoding) {
  std::vector<ContentCoding> out;
  for (const ContentCoding& coding : kCodings) {
    if (accepts(accept_encoding, coding.name)) out.push_back(coding);
  }
  return out;
}

}  // namespace halcyon::signald
