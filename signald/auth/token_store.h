#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/result/result.h"
#include "signald/auth/stateful_token.h"
#include "signald/auth/token_storage.h"

namespace halcyon::signald {

struct TokenError {
  enum class Kind { kUnknown, kTagMismatch, kStorage };
  Kind kind = Kind::kStorage;
  std::string text;
};

/// The invitations that the server keeps, in a file of one JSON object a line. The file is looked
/// at before every operation, so that changes made by others count at once; what is reported as
/// done is on the disk, and survives a crash of the machine. While the file is broken, every
/// operation fails.
class TokenStore {
 public:
  /// Tokens that expired longer ago cannot be revived.
  static constexpr TimeDelta kKeepExpired = TimeDelta::seconds(7 * 86400);

  /// Borrowed.
  explicit TokenStore(TokenStorage& storage) : storage_(storage) {}

  /// kUnknown when there is none.
  Result<StatefulToken, TokenError> find(const std::string& token);
  /// Those of exactly this group, in the order of sort_tokens().
  Result<std::vector<StatefulToken>, TokenError> list(std::string_view group);
  /// How many list() would give.
  Result<std::size_t, TokenError> count(std::string_view group);

  /// kTagMismatch when there is a token with this secret.
  Result<void, TokenError> add(const StatefulToken& token);
  /// Replaces a token there is.
  Result<void, TokenError> replace(const StatefulToken& token);

  // For the administrative interface: only if nobody else has changed the tokens meanwhile
  // (auth.md 5.3).
  /// Of all tokens together, as "SIZE-NANOSECONDS" with its quotes; empty when there is no file.
  Result<std::string, TokenError> etag();
  /// Adds an unknown token if the tag is empty, replaces a known one if the tag is the current one;
  /// otherwise kTagMismatch.
  Result<void, TokenError> put(const StatefulToken& token, std::string_view etag);
  /// kUnknown before kTagMismatch.
  Result<void, TokenError> erase(const std::string& token, std::string_view etag);

  /// Forgets tokens that have been expired for long, and mends what a crash did to the last line of
  /// the file. Logs its failures.
  void collect_garbage(WallTime now);

 private:
  using Tokens = std::map<std::string, StatefulToken, std::less<>>;

  Result<void, TokenError> refresh();
  Result<void, TokenError> read_all(const std::string& text);
  Result<void, TokenError> rewrite(Tokens tokens);
  Result<void, TokenError> append(const StatefulToken& token);

  TokenStorage& storage_;
  Tokens tokens_;
  bool loaded_ = false;
  std::optional<std::string> broken_;  // what is wrong with the file as of stamp_
  bool needs_rewrite_ = false;         // the file's last line is torn or not ended
  std::optional<TokenStorage::Stamp> stamp_;
};

}  // namespace halcyon::signald
