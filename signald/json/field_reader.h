#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "signald/json/json_value.h"

namespace halcyon::signald {

/// Reads the fields of an object and remembers the first one that has the wrong type. A field that
/// is null counts as missing; what nobody reads is not looked at.
class FieldReader {
 public:
  /// Borrows the object.
  explicit FieldReader(const JsonObject& object) : object_(object) {}

  /// Missing: "".
  std::string string(std::string_view key);
  std::optional<std::string> optional_string(std::string_view key);
  /// Missing: false.
  bool boolean(std::string_view key);
  std::optional<std::int64_t> optional_integer(std::string_view key);
  /// Missing: empty. Elements that are null count as "".
  std::vector<std::string> strings(std::string_view key);
  /// Null when missing.
  const JsonObject* object(std::string_view key);
  const JsonArray* array(std::string_view key);
  /// Any type; missing: null.
  JsonValue value(std::string_view key) const;

  /// For fields that others look at: records `message` unless something failed before.
  void fail(std::string message);
  bool failed() const { return error_.has_value(); }
  /// A sentence about the first failure.
  const std::string& error() const { return *error_; }

 private:
  const JsonValue* present(std::string_view key) const;
  void wrong_type(std::string_view key, std::string_view wanted, const JsonValue& found);

  const JsonObject& object_;
  std::optional<std::string> error_;
};

}  // namespace halcyon::signald
