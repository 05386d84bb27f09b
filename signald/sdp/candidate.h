#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace halcyon::signald::sdp {

/// Longest candidate line worth reading; a real one has about 150 bytes.
inline constexpr std::size_t kMaxCandidateSize = 1024;

/// An ICE candidate (RFC 8839 5.1, RFC 6544 4.5).
struct Candidate {
  std::string foundation;
  std::uint32_t component = 1;  // 1..256
  std::string transport;        // "udp", "tcp"; any case
  std::uint32_t priority = 0;
  std::string address;  // numeric or a name, such as an mDNS one
  std::uint16_t port = 0;
  std::string type;  // "host", "srflx", "prflx", "relay"
  /// raddr, rport, tcptype, generation, ufrag, … in their order.
  std::vector<std::pair<std::string, std::string>> extensions;

  bool operator==(const Candidate&) const = default;
};

/// Reads what follows "a=", with or without the word "candidate:" in front. None if it breaks the
/// grammar.
std::optional<Candidate> parse_candidate(std::string_view text);

/// "candidate:1 1 udp …", without "a=".
std::string write_candidate(const Candidate& candidate);

}  // namespace halcyon::signald::sdp
