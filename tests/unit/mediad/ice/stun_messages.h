#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "common/encoding/hex.h"
#include "mediad/ice/ice_lite_session.h"
#include "mediad/ice/stun_codec.h"
#include "mediad/ice/stun_layout.h"

namespace halcyon::mediad::stun_messages {

using Bytes = std::vector<std::uint8_t>;

inline Bytes from_hex(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c != ' ') digits.push_back(c);
  }
  return hex_decode(digits).value();
}

/// RFC 5769 2.1: user name "evtj:h6vY", ICE-CONTROLLED.
inline const std::string kRfc5769Password = "VOkJxbRl1RmTxUk/WvJxBt";
inline Bytes rfc5769_request() {
  return from_hex(
      "00010058 2112a442 b7e7a701bc34d686fa87dfae"
      "80220010 5354554e207465737420636c69656e74"
      "00240004 6e0001ff"
      "80290008 932ff9b151263b36"
      "00060009 6576746a3a68367659202020"
      "00080014 9aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2"
      "80280004 e57a3bcf");
}

inline Bytes encode(const BindingRequest& request) {
  Bytes bytes(kMaxStunMessageSize);
  bytes.resize(write_binding_request(bytes, request));
  return bytes;
}

inline BindingRequest check_by(std::string username, std::string password) {
  BindingRequest request;
  request.transaction = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  request.username = std::move(username);
  request.password = std::move(password);
  request.priority = 0x6e7f00ff;
  request.tie_breaker = 0x0123456789abcdef;
  return request;
}

/// Puts the length of the header and the CRC of FINGERPRINT right after a change, as anyone without
/// a password can.
inline void seal(Bytes& message) {
  const std::size_t length = message.size() - 20;
  message[2] = static_cast<std::uint8_t>(length >> 8);
  message[3] = static_cast<std::uint8_t>(length);
  std::uint32_t crc = 0xffffffff;
  for (std::size_t i = 0; i + 8 < message.size(); ++i) {
    crc ^= message[i];
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 1) != 0 ? 0xedb88320U ^ (crc >> 1) : crc >> 1;
  }
  crc = ~crc ^ 0x5354554e;
  for (std::size_t i = 0; i < 4; ++i) {
    message[message.size() - 4 + i] = static_cast<std::uint8_t>(crc >> (24 - 8 * i));
  }
}

inline TransportAddress at(std::uint16_t port) {
  return {SocketAddress::parse("192.0.2.7", port).value(), 0};
}

}  // namespace halcyon::mediad::stun_messages
