#pragma once

#include "signald/api/admin_authoriser.h"
#include "signald/api/api_handler.h"
#include "signald/api/group_resources.h"
#include "signald/api/problem_list.h"
#include "signald/api/token_resources.h"
#include "signald/api/user_resources.h"
#include "signald/groups/group_editor.h"

namespace halcyon::signald {

/// The administrative interface with all its resources.
class AdminApi {
 public:
  /// All borrowed.
  struct Parts {
    ConfigFile& config;
    const GroupFiles& files;
    GroupDirectory& directory;
    FileWriter& writer;
    TokenStore& tokens;
    PasswordVerifier& passwords;
    PasswordHasher& hasher;
    RandomSource& random;
    const FileRoot& static_root;
  };
  explicit AdminApi(const Parts& parts);
  AdminApi(const AdminApi&) = delete;
  AdminApi& operator=(const AdminApi&) = delete;

  AdminAuthoriser& authoriser() { return authoriser_; }
  /// To be found below kApiPrefix; takes further resources.
  ApiHandler& handler() { return handler_; }

 private:
  GroupEditor editor_;
  AdminAuthoriser authoriser_;
  ApiHandler handler_;
  GroupList group_list_;
  ProblemList problems_;
  GroupResource group_;
  KeyResource keys_;
  UserList user_list_;
  UserResource user_;
  PasswordResource password_;
  TokenResources tokens_;
};

}  // namespace halcyon::signald
