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

}  // namespace

std::vector<std::string> useless_parts(const GroupDescription& description) {
  std::vector<std::string> out;
  for (const auto& [name, user] : description.users) {
    if (!is_valid_user_name(name)) {
      out.push_back("user \"" + name + "\" can never log in: rename it without \"\\\", \"//\", "
                    "\".\", \"..\" and without \"/\" at either end");
    }
    audit_password("user \"" + name + "\"", user.password, out);
  }
  for (const UserEntry& user : description.fallback_users) {
    audit_password("an element of \"fallback-users\"", user.password, out);
  }
  if (description.wildcard_user) {
    audit_password("\"wildcard-user\"", description.wildcard_user->password, out);
  }
  std::size_t number = 0;
  for (const JsonValue& key : description.auth_keys) {
    ++number;
    if (const auto usable = check_jwk(key); !usable) {
      out.push_back("key " + std::to_string(number) + " of \"authKeys\" is broken: " +
                    usable.error().message);
    }
  }
  return out;
}

}  // namespace halcyon::signald
