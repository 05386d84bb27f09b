#include "galenectl/indented_json.h"

#include <algorithm>
#include <vector>

#include "signald/json/json_writer.h"

namespace halcyon::galenectl {
namespace {

using signald::JsonArray;
using signald::JsonMember;
using signald::JsonObject;
using signald::JsonValue;

// The reader bounds the depth of what it reads, so recursion is bounded too.
void append(std::string& out, const JsonValue& value, std::size_t depth) {
  const std::string indent(4 * (depth + 1), ' ');
  const std::string closing(4 * depth, ' ');
  if (const JsonObject* object = value.as_object(); object != nullptr && !object->empty()) {
    out += "{\n";
    bool first = true;
    for (const JsonMember& member : *object) {
      if (!first) out += ",\n";
      first = false;
      out += indent + signald::write_json(member.key) + ": ";
      append(out, member.value, depth + 1);
    }
    out += "\n" + closing + "}";
  } else if (const JsonArray* array = value.as_array(); array != nullptr && !array->empty()) {
    out += "[\n";
    for (std::size_t i = 0; i < array->size(); ++i) {
      if (i > 0) out += ",\n";
      out += indent;
      append(out, (*array)[i], depth + 1);
    }
    out += "\n" + closing + "]";
  } else {
    out += signald::write_json(value);
  }
}

}  // namespace

std::string indented_json(const JsonValue& value) {
  std::string out;
  append(out, value, 0);
  return out + "\n";
}

JsonValue sorted_members(const JsonValue& value) {
  if (const JsonArray* array = value.as_array()) {
    JsonArray sorted;
    for (const JsonValue& element : *array) sorted.push_back(sorted_members(element));
    return sorted;
  }
  const JsonObject* object = value.as_object();
  if (object == nullptr) return value;
  std::vector<const JsonMember*> members;
  for (const JsonMember& member : *object) members.push_back(&member);
  std::ranges::sort(members, {}, [](const JsonMember* m) { return std::string_view(m->key); });
  JsonObject sorted;
  for (const JsonMember* member : members) sorted.add(member->key, sorted_members(member->value));
  return sorted;
}

}  // namespace halcyon::galenectl
