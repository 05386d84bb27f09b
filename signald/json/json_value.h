#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace halcyon::signald {

class JsonValue;
struct JsonMember;
using JsonArray = std::vector<JsonValue>;

/// The members of a JSON object in the order of the text. Keys are unique unless the text was read
/// with Duplicates::kKept.
class JsonObject {
 public:
  JsonObject();
  JsonObject(const JsonObject& other);
  JsonObject(JsonObject&& other) noexcept;
  JsonObject& operator=(const JsonObject& other);
  JsonObject& operator=(JsonObject&& other) noexcept;
  ~JsonObject();

  bool empty() const;
  std::size_t size() const;
  const JsonMember* begin() const;
  const JsonMember* end() const;

  /// The last member of that name, null when there is none. Linear in size().
  const JsonValue* find(std::string_view key) const;
  /// Appends without looking whether the key is there.
  JsonObject& add(std::string key, JsonValue value);
  /// Replaces the member of that name, or appends one.
  void set(std::string_view key, JsonValue value);
  void erase(std::string_view key);
  /// Keeps only the last member of each name, at the place of the first.
  void remove_duplicates();

  bool operator==(const JsonObject& other) const;

 private:
  std::vector<JsonMember> members_;
};

/// Any JSON value, as a value. Integers that fit 64 bits stay exact, other numbers are doubles.
class JsonValue {
 public:
  JsonValue() = default;
  JsonValue(std::nullptr_t) {}
  JsonValue(bool value) : value_(value) {}
  JsonValue(int value) : value_(std::int64_t{value}) {}
  JsonValue(std::int64_t value) : value_(value) {}
  JsonValue(std::uint64_t value);
  JsonValue(double value) : value_(value) {}
  JsonValue(std::string value) : value_(std::move(value)) {}
  JsonValue(std::string_view value) : value_(std::string(value)) {}
  JsonValue(const char* value) : value_(std::string(value)) {}
  JsonValue(JsonArray value);
  JsonValue(JsonObject value);
  /// Would turn into a bool.
  JsonValue(const void*) = delete;

  bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
  const std::string* as_string() const { return std::get_if<std::string>(&value_); }
  const JsonArray* as_array() const { return std::get_if<JsonArray>(&value_); }
  const JsonObject* as_object() const { return std::get_if<JsonObject>(&value_); }
  std::optional<bool> as_bool() const;
  /// Integers that fit, written as such: 10, not 10.0 or 1e1.
  std::optional<std::int64_t> as_int() const;
  /// Any number.
  std::optional<double> as_number() const;
  /// "a string", "an object" …, for error messages.
  std::string_view type_name() const;

  bool operator==(const JsonValue& other) const;

 private:
  friend std::string write_json(const JsonValue& value);
  template <class Writer>
  friend void write_value(Writer& writer, const JsonValue& value);
  std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, std::string, JsonArray,
               JsonObject>
      value_;
};

struct JsonMember {
  std::string key;
  JsonValue value;
  bool operator==(const JsonMember& other) const = default;
};

}  // namespace halcyon::signald
