#pragma once

#include <optional>
#include <string>
#include <vector>

#include "signald/auth/password.h"
#include "signald/json/json_value.h"

namespace halcyon::signald {

struct GroupDescription;

/// An element of the obsolete lists `op`, `presenter` and `other`.
struct LegacyClient {
  std::string username;  // empty: anybody
  Password password;     // wildcard when the file has none
};

struct LegacyClients {
  std::vector<LegacyClient> op;
  std::vector<LegacyClient> presenter;
  std::vector<LegacyClient> other;
};

/// Reads one list; gives a sentence about what is wrong with it.
std::optional<std::string> read_legacy_clients(const JsonValue& value,
                                               std::vector<LegacyClient>& out);

/// Turns the lists into `users` and `wildcard-user`; what those have already, and what comes later
/// in the lists, is dropped with a warning.
void convert_legacy_clients(const LegacyClients& lists, GroupDescription& description,
                            std::vector<std::string>& warnings);

}  // namespace halcyon::signald
