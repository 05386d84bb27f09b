#pragma once

#include <vector>

#include "common/net/address_range.h"
#include "signald/http/http_message.h"

namespace halcyon::signald {

/// Fields longer than this are not looked at: no chain of proxies is.
inline constexpr std::size_t kMaxForwardedField = 2048;

/// The client behind `request.peer`, and whether it came by TLS. What proxies say about it
/// (Forwarded, RFC 7239; else X-Forwarded-For and -Proto) counts only as far as the one who says it
/// is a trusted proxy, nearest first; anybody else could say anything.
struct ClientOrigin {
  SocketAddress address;  // the port is that of the connection, where the proxy gave none
  bool tls = false;
};
ClientOrigin client_origin(const Request& request, const std::vector<AddressRange>& trusted);

}  // namespace halcyon::signald
