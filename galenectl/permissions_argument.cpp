#include "galenectl/permissions_argument.h"

#include <algorithm>
#include <string>

#include "signald/json/json_reader.h"

namespace halcyon::galenectl {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t from = text.find_first_not_of(kSpace);
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(kSpace) - from + 1);
}

}  // namespace

std::optional<signald::JsonValue> parse_permissions(std::string_view text) {
  text = trimmed(text);
  if (text.empty()) return std::nullopt;
  if (text[0] != '[') return signald::JsonValue(text);
  auto value = signald::parse_json(text);
  if (!value || value->as_array() == nullptr) return std::nullopt;
  const auto is_string = [](const signald::JsonValue& v) { return v.as_string() != nullptr; };
  if (!std::ranges::all_of(*value->as_array(), is_string)) return std::nullopt;
  return std::move(*value);
}

std::optional<signald::JsonArray> token_permissions(const signald::JsonValue& permissions) {
  using signald::JsonArray;
  if (const JsonArray* array = permissions.as_array()) return *array;
  const std::string role = permissions.as_string() != nullptr ? *permissions.as_string() : "";
  if (role == "op") return JsonArray{"op", "present", "message", "caption", "token"};
  if (role == "present") return JsonArray{"present", "message"};
  if (role == "message") return JsonArray{"message"};
  if (role == "observe") return JsonArray{};
  if (role == "caption") return JsonArray{"caption"};
  if (role == "admin") return JsonArray{"admin"};
  return std::nullopt;
}

std::string permission_letters(const signald::JsonArray& permissions) {
  std::string letters;
  for (const signald::JsonValue& permission : permissions) {
    const std::string* name = permission.as_string();
    letters.push_back(name == nullptr || name->empty() ? '?' : name->front());
  }
  std::ranges::sort(letters);
  return letters;
}

}  // namespace halcyon::galenectl
