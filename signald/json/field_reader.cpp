#include "signald/json/field_reader.h"

#include <utility>

namespace halcyon::signald {

const JsonValue* FieldReader::present(std::string_view key) const {
  const JsonValue* value = object_.find(key);
  return value == nullptr || value->is_null() ? nullptr : value;
}

void FieldReader::fail(std::string message) {
  if (!error_) {
    error_ = std::move(message);
  }
}

void FieldReader::wrong_type(std::string_view key, std::string_view wanted,
                             const JsonValue& found) {
  fail("field \"" + std::string(key) + "\" must be " + std::string(wanted) + ", not " +
       std::string(found.type_name()));
}

std::optional<std::string> FieldReader::optional_string(std::string_view key) {
  const JsonValue* value = present(key);
  if (value == nullptr) {
    return std::nullopt;
  }
  if (const std::string* text = value->as_string()) {
    return *text;
  }
  wrong_type(key, "a string", *value);
  return std::nullopt;
}

std::string FieldReader::string(std::string_view key) {
  return optional_string(key).value_or(std::string());
}

bool FieldReader::boolean(std::string_view key) {
  const JsonValue* value = present(key);
  if (value == nullptr) {
    return false;
  }
  if (const auto flag = value->as_bool()) {
    return *flag;
  }
  wrong_type(key, "a boolean", *value);
  return false;
}

std::optional<std::int64_t> FieldReader::optional_integer(std::string_view key) {
  const JsonValue* value = present(key);
  if (value == nullptr) {
    return std::nullopt;
  }
  if (const auto number = value->as_int()) {
    return number;
  }
  wrong_type(key, "an integer", *value);
  return std::nullopt;
}

std::vector<std::string> FieldReader::strings(std::string_view key) {
  std::vector<std::string> out;
  const JsonArray* elements = array(key);
  if (elements == nullptr) {
    return out;
  }
  for (const JsonValue& element : *elements) {
    if (element.is_null()) {
      out.emplace_back();
    } else if (const std::string* text = element.as_string()) {
      out.push_back(*text);
    } else {
      wrong_type(key, "an array of strings", element);
      return {};
    }
  }
  return out;
}

const JsonObject* FieldReader::object(std::string_view key) {
  const JsonValue* value = present(key);
  if (value != nullptr && value->as_object() == nullptr) {
    wrong_type(key, "an object", *value);
  }
  return value == nullptr ? nullptr : value->as_object();
}

const JsonArray* FieldReader::array(std::string_view key) {
  const JsonValue* value = present(key);
  if (value != nullptr && value->as_array() == nullptr) {
    wrong_type(key, "an array", *value);
  }
  return value == nullptr ? nullptr : value->as_array();
}

JsonValue FieldReader::value(std::string_view key) const {
  const JsonValue* value = object_.find(key);
  return value == nullptr ? JsonValue() : *value;
}

}  // namespace halcyon::signald
