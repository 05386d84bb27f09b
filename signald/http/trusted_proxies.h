#pragma once

#include <string_view>
#include <vector>

#include "common/net/address_range.h"
#include "common/result/error.h"
#include "signald/http/http_message.h"

namespace halcyon::signald {

/// The reverse proxies whose word counts. Their X-Forwarded-For, X-Forwarded-Proto and Forwarded
/// (RFC 7239) say who the client is and whether it used TLS; from anybody else these are ignored.
class TrustedProxies {
 public:
  /// A comma-separated list of addresses and CIDR ranges; "unix" is whoever comes over a Unix
  /// socket. "::/0" is all of IPv6 and nothing of IPv4.
  static ResultOr<TrustedProxies> parse(std::string_view list);

  bool contains(const SocketAddress& peer) const;
  /// Replaces peer and tls of a request that came from a trusted proxy: the client is the last
  /// address in the chain that is no trusted proxy itself. X-Forwarded-For counts before Forwarded,
  /// since proxies that write the former often pass on what a client put into the latter.
  void apply(Request& request) const;

 private:
  std::vector<AddressRange> ranges_;
  bool unix_socket_ = false;
};

}  // namespace halcyon::signald
