#include <algorithm>
#include <ostream>

#include "galenectl/command_groups.h"
#include "galenectl/listing.h"
#include "galenectl/permissions_argument.h"
#include "galenectl/template_input.h"
#include "galenectl/url.h"
#include "galenectl/user_target.h"
#include "signald/json/json_writer.h"

namespace halcyon::galenectl {
namespace {

using signald::JsonObject;
using signald::JsonValue;
using Kind = OptionSpec::Kind;

constexpr char kBadPermissions[] = "Could not parse \"-permissions\"";
constexpr std::size_t kNameWidth = 12;

ApiClient client_of(Invocation& i) { return {i.environment.transport, i.config}; }

std::string permissions_column(const JsonValue& user) {
  const JsonObject* object = user.as_object();
  const JsonValue* permissions = object != nullptr ? object->find("permissions") : nullptr;
  if (permissions == nullptr || permissions->is_null()) return "null";
  if (const std::string* role = permissions->as_string()) return *role;
  if (const auto* array = permissions->as_array()) return "[" + permission_letters(*array) + "]";
  return signald::write_json(*permissions);
}

int list_users_long(Invocation& i, const std::string& group, std::vector<std::string> names) {
  const auto selected = selected_names(i, std::move(names));
  if (!selected) return bad_pattern(i, selected.error());
  ApiClient client = client_of(i);
  signald::JsonArray array;
  std::size_t done = 0;
  for (const std::string& name : *selected) {
    show_progress(i, done++, selected->size());
    const auto user = client.get(user_url(i.config.server, group, &name));
    if (!i.json) {
      i.environment.out << (user ? padded(name, kNameWidth) + " " + permissions_column(*user)
                                 : name + " (ERROR=" + user.error().cause + ")")
                        << "\n";
      continue;
    }
    JsonObject entry;
    entry.add("username", name);
    const JsonObject* object = user ? user->as_object() : nullptr;
    const JsonValue* permissions = object != nullptr ? object->find("permissions") : nullptr;
    if (permissions != nullptr) entry.add("permissions", *permissions);
    if (!user) entry.add("error", user.error().cause);
    array.emplace_back(std::move(entry));
  }
  show_progress(i, done, done);
  if (i.json) i.environment.out << signald::write_json(array) << "\n";
  return kSuccess;
}

int list_users(Invocation& i) {
  const std::string group = i.options.text("group");
  if (group.empty()) return complain(i.environment, "Option \"-group\" is required");
  const auto users = client_of(i).get(users_url(i.config.server, group));
  if (!users) return report(i.environment, "Get users", users.error());
  if (i.options.flag("l")) return list_users_long(i, group, names_in(*users));
  return print_names(i, names_in(*users));
}

int create_user(Invocation& i) {
  const auto target = UserTarget::from(i);
  if (!target) return kUsage;
  auto body = template_input(i);
  if (!body) return report(i.environment, "Create user", body.error().message);
  const bool in_template = body->find("permissions") != nullptr;
  if (i.options.given("permissions") || !in_template) {
    auto permissions = parse_permissions(
        i.options.given("permissions") ? i.options.text("permissions") : "present");
    if (!permissions) return complain(i.environment, kBadPermissions);
    body->set("permissions", std::move(*permissions));
  }
  const auto done = client_of(i).create(target->url, std::move(*body));
  if (!done) return report(i.environment, "Create user", done.error());
  return kSuccess;
}

int update_user(Invocation& i) {
  const auto target = UserTarget::from(i, UserTarget::Both::kMeansWildcard);
  if (!target) return kUsage;
  std::optional<JsonValue> permissions;
  if (i.options.given("permissions")) {
    permissions = parse_permissions(i.options.text("permissions"));
    if (!permissions) return complain(i.environment, kBadPermissions);
  }
  const auto done = client_of(i).update(target->url, [&](JsonObject& user) {
    if (permissions) user.set("permissions", *permissions);
  });
  if (!done) return report(i.environment, "Update user", done.error());
  return kSuccess;
}

int delete_user(Invocation& i) {
  const auto target = UserTarget::from(i);
  if (!target) return kUsage;
  const auto done = client_of(i).remove(target->url);
  if (!done) return report(i.environment, "Delete user", done.error());
  return kSuccess;
}

}  // namespace

std::vector<Command> user_commands() {
  const OptionSpec permissions{"permissions",
                               Kind::kString,
                               "PERMISSIONS",
                               "a role, or a JSON array such as '[\"present\",\"token\"]'",
                               "",
                               Names::kRoles};
  std::vector<OptionSpec> update = UserTarget::options();
  update.push_back(permissions);
  std::vector<OptionSpec> create = update;
  std::ranges::find(create, "user", &OptionSpec::name)->names = Names::kNothing;  // a new one
  create.push_back({"json", Kind::kBool, "", "read a JSON template from standard input", "false"});
  const std::vector<OptionSpec> list{
      {"group", Kind::kString, "GROUP", "name of the group", "", Names::kGroups},
      {"l", Kind::kBool, "", "show permissions too", "false"}};
  return {
      {"list-users", "list the users of a group", list, Words::kUserPatterns, list_users,
       JsonOutput::kYes},
      {"create-user", "create a user", create, Words::kNone, create_user},
      {"update-user", "change a user's permissions", update, Words::kNone, update_user},
      {"delete-user", "delete a user", UserTarget::options(), Words::kNone, delete_user},
  };
}

}  // namespace halcyon::galenectl
