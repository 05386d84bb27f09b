#pragma once

#include <string>
#include <vector>

#include "signald/http/openssl_handles.h"

namespace halcyon::signald {

/// The names and addresses under which this host is likely to be reached: localhost, the host name,
/// its addresses; each as OpenSSL writes a subject alternative name ("DNS:…", "IP:…").
std::vector<std::string> own_alternative_names();

/// An ECDSA P-256 certificate for these names, valid for a year from a day ago, signed by itself.
/// Null when OpenSSL fails.
struct SelfSigned {
  X509Ptr certificate;
  PKeyPtr key;
};
SelfSigned make_self_signed(const std::vector<std::string>& alternative_names);

}  // namespace halcyon::signald
