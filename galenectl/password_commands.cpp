#include <ostream>

#include "galenectl/command_groups.h"
#include "galenectl/new_password.h"
#include "galenectl/user_target.h"
#include "signald/json/json_writer.h"

namespace halcyon::galenectl {
namespace {

int hash_password(Invocation& i) {
  const auto password = new_password(i);
  if (!password) return report(i.environment, "Make password", password.error().message);
  i.environment.out << signald::write_json(signald::write_password(*password)) << "\n";
  return kSuccess;
}

int set_password(Invocation& i) {
  const auto target = UserTarget::from(i);
  if (!target) return kUsage;
  const auto password = new_password(i);
  if (!password) return report(i.environment, "Make password", password.error().message);
  ApiClient client(i.environment.transport, i.config);
  const auto done =
      client.overwrite(target->url + "/.password", signald::write_password(*password));
  if (!done) return report(i.environment, "Set password", done.error());
  return kSuccess;
}

int delete_password(Invocation& i) {
  const auto target = UserTarget::from(i);
  if (!target) return kUsage;
  ApiClient client(i.environment.transport, i.config);
  const auto done = client.remove(target->url + "/.password");
  if (!done) return report(i.environment, "Delete password", done.error());
  return kSuccess;
}

}  // namespace

std::vector<Command> password_commands() {
  std::vector<OptionSpec> set = UserTarget::options();
  for (const OptionSpec& option : new_password_options()) set.push_back(option);
  return {
      {"hash-password", "print a hashed password", new_password_options(), Words::kNone,
       hash_password},
      {"set-password", "set a user's password", set, Words::kNone, set_password},
      {"delete-password", "remove a user's password", UserTarget::options(), Words::kNone,
       delete_password},
  };
}

}  // namespace halcyon::galenectl
