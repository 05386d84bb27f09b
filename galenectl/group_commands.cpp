#include <algorithm>
#include <ostream>

#include "galenectl/command_groups.h"
#include "galenectl/indented_json.h"
#include "galenectl/listing.h"
#include "galenectl/template_input.h"
#include "galenectl/url.h"
#include "signald/json/json_writer.h"

namespace halcyon::galenectl {
namespace {

using signald::JsonObject;
using signald::JsonValue;
using Kind = OptionSpec::Kind;

constexpr char kGroupRequired[] = "Option \"-group\" is required";

ApiClient client_of(Invocation& i) { return {i.environment.transport, i.config}; }

int list_groups(Invocation& i) {
  const auto names = client_of(i).get(groups_url(i.config.server));
  if (!names) return report(i.environment, "Get groups", names.error());
  return print_names(i, names_in(*names));
}

int show_group(Invocation& i) {
  const std::string group = i.options.text("group");
  // With a date, unlike the other commands: scripts may match it.
  if (group.empty()) {
    report(i.environment, std::string(kGroupRequired) + ".");
    return kUsage;
  }
  const auto description = client_of(i).get(group_url(i.config.server, group));
  if (!description) {
    return report(i.environment, "Get group description", description.error());
  }
  i.environment.out << indented_json(sorted_members(*description));
  return kSuccess;
}

int list_problems(Invocation& i) {
  const auto problems = client_of(i).get(problems_url(i.config.server));
  if (!problems) return report(i.environment, "Get problems", problems.error());
  const signald::JsonArray* list = problems->as_array();
  if (list == nullptr) return report(i.environment, "Get problems", "the answer is no array");
  if (i.json) {
    i.environment.out << signald::write_json(*problems) << "\n";
    return kSuccess;
  }
  for (const JsonValue& element : *list) {
    const JsonObject* object = element.as_object();
    const JsonValue* text = object == nullptr ? nullptr : object->find("problem");
    if (text != nullptr && text->as_string() != nullptr) {
      i.environment.out << *text->as_string() << "\n";
    }
  }
  return kSuccess;
}

/// Options that were not given are left alone.
void apply_booleans(const Options& options, JsonObject& group) {
  for (const char* name : {"unrestricted-tokens", "auto-subgroups"}) {
    if (const auto value = options.optional_flag(name)) group.set(name, *value);
  }
}

int create_group(Invocation& i) {
  const std::string group = i.options.text("group");
  if (group.empty()) return complain(i.environment, kGroupRequired);
  auto body = template_input(i);
  if (!body) return report(i.environment, "Create group", body.error().message);
  apply_booleans(i.options, *body);
  const auto done = client_of(i).create(group_url(i.config.server, group), std::move(*body));
  if (!done) return report(i.environment, "Create group", done.error());
  return kSuccess;
}

int update_group(Invocation& i) {
  const std::string group = i.options.text("group");
  if (group.empty()) return complain(i.environment, kGroupRequired);
  const auto changes = template_input(i);
  if (!changes) return report(i.environment, "Update group", changes.error().message);
  const auto merge = [&](JsonObject& description) {
    for (const auto& member : *changes) {
      if (member.value.is_null()) {
        description.erase(member.key);
      } else {
        description.set(member.key, member.value);
      }
    }
    apply_booleans(i.options, description);
  };
  const auto done = client_of(i).update(group_url(i.config.server, group), merge);
  if (!done) return report(i.environment, "Update group", done.error());
  return kSuccess;
}

int delete_group(Invocation& i) {
  const std::string group = i.options.text("group");
  if (group.empty()) return complain(i.environment, kGroupRequired);
  const auto done = client_of(i).remove(group_url(i.config.server, group));
  if (!done) return report(i.environment, "Delete group", done.error());
  return kSuccess;
}

}  // namespace

std::vector<Command> group_commands() {
  const OptionSpec group{"group", Kind::kString, "GROUP", "name of the group", "", Names::kGroups};
  const std::vector<OptionSpec> description{
      group,
      {"unrestricted-tokens", Kind::kBool, "", "let ordinary users make tokens", ""},
      {"auto-subgroups", Kind::kBool, "", "make subgroups when they are first visited", ""},
      {"json", Kind::kBool, "", "read a JSON template from standard input", "false"}};
  std::vector<OptionSpec> creation = description;
  creation.front().names = Names::kNothing;  // a name there is none of yet
  return {
      {"list-groups", "list groups", {}, Words::kGroupPatterns, list_groups, JsonOutput::kYes},
      {"list-problems",
       "list the files that the server cannot use, and why",
       {},
       Words::kNone,
       list_problems,
       JsonOutput::kYes},
      {"show-group",
       "print the description of a group",
       {group},
       Words::kNone,
       show_group,
       JsonOutput::kYes},
      {"create-group", "create a group", creation, Words::kNone, create_group},
      {"update-group", "change the description of a group", description, Words::kNone,
       update_group},
      {"delete-group", "delete a group", {group}, Words::kNone, delete_group},
  };
}

}  // namespace halcyon::galenectl
