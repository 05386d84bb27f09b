#pragma once

#include <string>
#include <string_view>

#include "common/random/random.h"
#include "common/units/time.h"
#include "signald/auth/token_store.h"
#include "signald/groups/group_state.h"
#include "signald/json/json_value.h"

namespace halcyon::signald {

/// What the member who asked is answered; `error` is empty, "error" or "not-authorised".
struct TokenReply {
  std::string error;
  JsonValue value;
};

/// What members may do with the invitations of their group.
class TokenActions {
 public:
  /// Length of a secret before it is encoded.
  static constexpr std::size_t kSecretBytes = 8;
  /// Of a group, expired ones included; they are forgotten after a week.
  static constexpr std::size_t kMaxTokensPerGroup = 10'000;

  /// Borrows all.
  TokenActions(TokenStore& tokens, const GroupState& group, const Member& member)
      : tokens_(tokens), group_(group), member_(member) {}

  /// Needs the permission `token`, and all permissions that the token is to give.
  TokenReply make(const JsonValue& value, RandomSource& random, WallTime now);
  /// These two need `op` and `token`.
  TokenReply edit(const JsonValue& value, WallTime now);
  TokenReply list();

 private:
  bool may_manage() const;

  TokenStore& tokens_;
  const GroupState& group_;
  const Member& member_;
};

}  // namespace halcyon::signald
