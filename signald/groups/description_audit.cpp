#include "signald/groups/description_audit.h"

#include <utility>

#include "signald/auth/jwt.h"
#include "signald/groups/names.h"

namespace halcyon::signald {

namespace {

void audit_password(const std::string& whose, const Password& password,
                    std::vector<std::string>& out) {
  if (auto problem = password_problem(password)) {
    out.push_back("the password of " + whose + " lets nobody in: " + *problem);
  }
}

/// "system" marks the server's own recorder (protocol.md 5.2); nobody becomes one by it.
void audit_permissions(const std::string& whose, const Grant& grant,
                       std::vector<std::string>& out) {
  if (grant.list && grant.list->has(permission::kSystem)) {
    out.push_back("the permission \"system\" of " + whose +
                  " has no effect: it is the recorder's own, remove it");
  }
}

void audit_user(const std::string& whose, const UserEntry& user, std::vector<std::string>& out) {
  audit_password(whose, user.password, out);
  audit_permissions(whose, user.grant, out);
}

}  // namespace

std::vector<std::string> useless_parts(const GroupDescription& description) {
  std::vector<std::string> out;
  for (const auto& [name, user] : description.users) {
    if (!is_valid_user_name(name)) {
      out.push_back("user \"" + name +
                    "\" can never log in: rename it without \"\\\", \"//\", "
                    "\".\", \"..\" and without \"/\" at either end");
    }
    audit_user("user \"" + name + "\"", user, out);
  }
  for (const UserEntry& user : description.fallback_users) {
    audit_user("an element of \"fallback-users\"", user, out);
  }
  if (description.wildcard_user) {
    audit_user("\"wildcard-user\"", *description.wildcard_user, out);
  }
  std::size_t number = 0;
  for (const JsonValue& key : description.auth_keys) {
    ++number;
    if (const auto usable = check_jwk(key); !usable) {
      out.push_back("key " + std::to_string(number) +
                    " of \"authKeys\" is broken: " + usable.error().message);
    }
  }
  return out;
}

}  // namespace halcyon::signald
