#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/net/socket_address.h"

namespace halcyon::mediad {

/// ICE's STUN messages (RFC 8489, RFC 8445 7) over libnice's STUN API: what needs a digest or
/// writes bytes. Every datagram given to these must have passed read_stun_layout().

enum class StunVerdict {
  kValid,
  kBadFingerprint,
  kIncomplete,         // USERNAME or MESSAGE-INTEGRITY is missing
  kUnauthorised,       // MESSAGE-INTEGRITY is not by this password
  kUnknownAttributes,  // authentic, but with comprehension-required attributes nobody here knows
};

/// Checks a binding request. An empty `password` is nobody's.
StunVerdict verify_binding_request(std::span<const std::uint8_t> datagram,
                                   std::string_view password);

/// The writers return the size of the answer, 0 when it does not fit. An empty password writes no
/// MESSAGE-INTEGRITY.
std::size_t write_binding_success(std::span<std::uint8_t> out,
                                  std::span<const std::uint8_t> request,
                                  const SocketAddress& mapped, std::string_view password);
/// `code` is 400, 401 or 487.
std::size_t write_binding_error(std::span<std::uint8_t> out, std::span<const std::uint8_t> request,
                                int code, std::string_view password);
/// 420 with the list of the attributes unknown.
std::size_t write_unknown_attributes_error(std::span<std::uint8_t> out,
                                           std::span<const std::uint8_t> request,
                                           std::string_view password);

using StunTransactionId = std::array<std::uint8_t, 12>;

struct StunRawAttribute {
  std::uint16_t type = 0;
  std::vector<std::uint8_t> value;
};

/// The other side of the conversation: a controlling full agent's check, for peers in tests.
struct BindingRequest {
  StunTransactionId transaction{};
  std::string username;  // "theirs:ours"
  std::string password;  // theirs
  std::optional<std::uint32_t> priority;
  std::uint64_t tie_breaker = 0;
  bool controlling = true;
  bool use_candidate = false;
  std::vector<StunRawAttribute> extra;  // in front of MESSAGE-INTEGRITY
};
std::size_t write_binding_request(std::span<std::uint8_t> out, const BindingRequest& request);

struct BindingResponse {
  StunTransactionId transaction{};
  int error_code = 0;    // 0 for success
  SocketAddress mapped;  // of a success
};
/// An authentic answer to `transaction`. Errors 400 and 401 may come without MESSAGE-INTEGRITY (RFC
/// 8489 9.1.4).
std::optional<BindingResponse> read_binding_response(std::span<const std::uint8_t> datagram,
                                                     const StunTransactionId& transaction,
                                                     std::string_view password);
StunTransactionId stun_transaction_id(std::span<const std::uint8_t> datagram);

}  // namespace halcyon::mediad
