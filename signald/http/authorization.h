#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "signald/http/http_message.h"

namespace halcyon::signald {

/// A name and a password as RFC 7617 sends them.
struct BasicCredentials {
  std::string username;
  std::string password;
};

/// What the first Authorization field offers; both empty when there is none or it is malformed.
struct Authorization {
  std::optional<BasicCredentials> basic;
  std::optional<std::string> bearer;
};

Authorization read_authorization(const Headers& headers);

/// The first of the comma-separated parts that is the word "bearer", in any case, one blank and a
/// token without blanks.
std::optional<std::string> bearer_token(std::string_view field);

}  // namespace halcyon::signald
