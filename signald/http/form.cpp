#include "signald/http/form.h"

#include <algorithm>

#include "signald/http/request_path.h"

namespace halcyon::signald {
namespace {

std::optional<std::string> decode(std::string_view text) {
  std::string spaced(text);
  std::replace(spaced.begin(), spaced.end(), '+', ' ');
  return percent_decode(spaced);
}

}  // namespace

std::optional<Form> parse_form(std::string_view text) {
  Form form;
  while (!text.empty()) {
    const std::string_view field = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(text.size(), field.size() + 1));
    if (field.empty()) continue;
    const auto equals = field.find('=');
    const auto name = decode(field.substr(0, equals));
    const auto value =
        decode(equals == std::string_view::npos ? std::string_view() : field.substr(equals + 1));
    if (!name || !value || form.size() == kMaxFormFields) return std::nullopt;
    form.emplace(*name, *value);
  }
  return form;
}

}  // namespace halcyon::signald
