#include "signald/json/json_value.h"

#include <algorithm>
#include <limits>
#include <unordered_map>
#include <utility>

namespace halcyon::signald {

JsonObject::JsonObject() = default;
JsonObject::JsonObject(const JsonObject& other) = default;
JsonObject::JsonObject(JsonObject&& other) noexcept = default;
JsonObject& JsonObject::operator=(const JsonObject& other) = default;
JsonObject& JsonObject::operator=(JsonObject&& other) noexcept = default;
JsonObject::~JsonObject() = default;

bool JsonObject::empty() const { return members_.empty(); }
std::size_t JsonObject::size() const { return members_.size(); }
const JsonMember* JsonObject::begin() const { return members_.data(); }
const JsonMember* JsonObject::end() const { return members_.data() + members_.size(); }

const JsonValue* JsonObject::find(std::string_view key) const {
  for (auto it = members_.rbegin(); it != members_.rend(); ++it) {
    if (it->key == key) {
      return &it->value;
    }
  }
  return nullptr;
}

JsonObject& JsonObject::add(std::string key, JsonValue value) {
  members_.push_back({std::move(key), std::move(value)});
  return *this;
}

void JsonObject::set(std::string_view key, JsonValue value) {
  for (JsonMember& member : members_) {
    if (member.key == key) {
      member.value = std::move(value);
      return;
    }
  }
  add(std::string(key), std::move(value));
}

void JsonObject::erase(std::string_view key) {
  std::erase_if(members_, [&](const JsonMember& member) { return member.key == key; });
}

void JsonObject::remove_duplicates() {
  std::unordered_map<std::string_view, std::size_t> first;
  std::vector<bool> superseded(members_.size(), false);
  bool found = false;
  for (std::size_t i = 0; i < members_.size(); ++i) {
    const auto [it, is_new] = first.emplace(members_[i].key, i);
    if (!is_new) {
      members_[it->second].value = std::move(members_[i].value);
      superseded[i] = true;
      found = true;
    }
  }
  if (!found) {
    return;
  }
  std::vector<JsonMember> kept;
  for (std::size_t i = 0; i < members_.size(); ++i) {
    if (!superseded[i]) {
      kept.push_back(std::move(members_[i]));
    }
  }
  members_ = std::move(kept);
}

bool JsonObject::operator==(const JsonObject& other) const { return members_ == other.members_; }

JsonValue::JsonValue(std::uint64_t value) {
  if (value <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    value_ = static_cast<std::int64_t>(value);
  } else {
    value_ = value;
  }
}

JsonValue::JsonValue(JsonArray value) : value_(std::move(value)) {}
JsonValue::JsonValue(JsonObject value) : value_(std::move(value)) {}

std::optional<bool> JsonValue::as_bool() const {
  const bool* value = std::get_if<bool>(&value_);
  return value == nullptr ? std::nullopt : std::optional(*value);
}

std::optional<std::int64_t> JsonValue::as_int() const {
  const std::int64_t* value = std::get_if<std::int64_t>(&value_);
  return value == nullptr ? std::nullopt : std::optional(*value);
}

std::optional<double> JsonValue::as_number() const {
  if (const auto* value = std::get_if<std::int64_t>(&value_)) {
    return static_cast<double>(*value);
  }
  if (const auto* value = std::get_if<std::uint64_t>(&value_)) {
    return static_cast<double>(*value);
  }
  const double* value = std::get_if<double>(&value_);
  return value == nullptr ? std::nullopt : std::optional(*value);
}

std::string_view JsonValue::type_name() const {
  static constexpr std::string_view kNames[] = {"null",     "a boolean", "a number", "a number",
                                                "a number", "a string",  "an array", "an object"};
  return kNames[value_.index()];
}

bool JsonValue::operator==(const JsonValue& other) const { return value_ == other.value_; }

}  // namespace halcyon::signald
