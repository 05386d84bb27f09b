#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace halcyon::mediad {

inline constexpr std::size_t kDtlsRecordHeaderSize = 13;
inline constexpr std::size_t kDtlsHandshakeHeaderSize = 12;
/// Chromium's ClientHello with a post-quantum key share has 1413 bytes; two such shares fit thrice.
inline constexpr std::size_t kMaxClientHelloSize = 8192;

/// Takes the first record (RFC 6347 4.1) off a datagram. Empty, with the rest of the datagram
/// discarded, when there is none that a DTLS 1.2 peer could have sent.
std::span<const std::uint8_t> take_dtls_record(std::span<const std::uint8_t>& datagram);

/// Whether the record is a plain one whose handshake message is a ClientHello or a fragment of one.
bool is_client_hello(std::span<const std::uint8_t> record);

/// Puts a ClientHello together from its fragments (RFC 6347 4.2.3), which come in any order and
/// more than once. mbedTLS does so for every other message, but not for this one. The message
/// digest of the handshake is over the message as if it had never been fragmented, so the peer's
/// transcript agrees. Holds one message of at most kMaxClientHelloSize: a fragment of another
/// replaces it.
class ClientHelloAssembler {
 public:
  /// A record for which is_client_hello() holds. Returns one record with the whole message once
  /// every byte of it has come.
  std::optional<std::vector<std::uint8_t>> add(std::span<const std::uint8_t> record);

 private:
  std::vector<std::uint8_t> message_;
  std::vector<bool> present_;
  std::size_t missing_ = 0;
  std::uint16_t message_seq_ = 0;
};

}  // namespace halcyon::mediad
