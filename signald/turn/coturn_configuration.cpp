#include "signald/turn/coturn_configuration.h"

#include <array>
#include <string_view>

namespace halcyon::signald {
namespace {

/// Whoever may join an open group is given credentials. What they can reach through this server
/// must therefore be no more than what they reach without it: nothing that only this host, or the
/// network behind it, can see. None may begin with "::", which coturn takes for no lower bound, so
/// that the range holds every IPv4 address.
constexpr std::array<std::string_view, 20> kClosedRanges = {
    "0.0.0.0-0.255.255.255",        // this host, on Linux
    "10.0.0.0-10.255.255.255",      // private networks (RFC 1918)
    "100.64.0.0-100.127.255.255",   // the provider's network (RFC 6598)
    "127.0.0.0-127.255.255.255",    // services of this host that trust local callers
    "169.254.0.0-169.254.255.255",  // link-local: also cloud providers' metadata services
    "172.16.0.0-172.31.255.255",    // private networks
    "192.0.0.0-192.0.0.255",        // protocol assignments (RFC 6890)
    "192.168.0.0-192.168.255.255",  // private networks
    "198.18.0.0-198.19.255.255",    // benchmarks of network devices (RFC 2544)
    "224.0.0.0-239.255.255.255",    // multicast
    "240.0.0.0-255.255.255.255",    // reserved, broadcast
    "::1",                          // loopback; coturn itself refuses ::
    // Those that carry an IPv4 address, which would be let through whatever it is.
    "::ffff:0:0-::ffff:ffff:ffff", "64:ff9b::-64:ff9b::ffff:ffff",
    "64:ff9b:1::-64:ff9b:1:ffff:ffff:ffff:ffff:ffff", "2001::-2001:0:ffff:ffff:ffff:ffff:ffff:ffff",
    "2002::-2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "fc00::-fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",  // private networks (RFC 4193)
    "fe80::-febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff",  // link-local
    "ff00::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",  // multicast
};

/// What does not depend on the plan.
constexpr std::array<std::string_view, 12> kFixed = {
    // Credentials that expire, made by us from a shared secret: nothing to store, nothing to leak.
    "use-auth-secret",
    "fingerprint",
    // Clients that reach us have TLS for signalling, and media is encrypted in any case.
    "no-tls",
    "no-dtls",
    // Media is UDP: TCP connections to others (RFC 6062) would be of use to attackers only.
    "no-tcp-relay",
    "no-multicast-peers",
    // Answers larger than their requests, to addresses that may be forged.
    "no-rfc5780",
    "no-stun-backward-compatibility",
    "response-origin-only-with-rfc5780",
    // A console on a local port that needs no password.
    "no-cli",
    "simple-log",
    "log-file=stdout",
};

}  // namespace

std::string coturn_configuration(const TurnPlan& plan, const std::string& secret,
                                 const std::string& directory,
                                 const std::vector<SocketAddress>& allowed_peers) {
  std::string text = "# Written anew by signald at each start.\n";
  const auto line = [&](std::string_view name, std::string_view value) {
    text.append(name).append("=").append(value).append("\n");
  };
  line("listening-port", std::to_string(plan.port));
  for (const SocketAddress& address : plan.listening) line("listening-ip", address.ip());
  for (const SocketAddress& address : plan.relays) line("relay-ip", address.ip());
  if (plan.external) {
    line("external-ip", plan.external->ip() + "/" + plan.relays.front().ip());
  }
  line("realm", kTurnRealm);
  line("static-auth-secret", secret);
  for (const std::string_view option : kFixed) text.append(option).append("\n");
  line("pidfile", directory + "/turnserver.pid");
  line("userdb", directory + "/turnserver.db");
  for (const std::string_view range : kClosedRanges) line("denied-peer-ip", range);
  // These count more than the ranges above: the workers' own addresses, to which all media goes.
  for (const SocketAddress& address : allowed_peers) line("allowed-peer-ip", address.ip());
  return text;
}

}  // namespace halcyon::signald
