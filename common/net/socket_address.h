#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace halcyon {

/// An IPv4 or IPv6 address with a port; a value. IPv4-mapped IPv6 addresses are turned into IPv4 on
/// the way in, so that equal peers compare equal whatever socket they came through.
class SocketAddress {
 public:
  SocketAddress() = default;
  /// Anything but IPv4 and IPv6 gives an empty address.
  static SocketAddress from_sockaddr(const sockaddr* address);
  /// Numeric addresses only, never a name.
  static std::optional<SocketAddress> parse(std::string_view ip, std::uint16_t port);

  bool empty() const { return family_ == 0; }
  bool is_v4() const { return family_ == AF_INET; }
  bool is_v6() const { return family_ == AF_INET6; }
  bool is_loopback() const;
  std::uint16_t port() const { return port_; }
  void set_port(std::uint16_t port) { port_ = port; }
  /// Without port and brackets.
  std::string ip() const;
  /// "192.0.2.1:80" or "[2001:db8::1]:80".
  std::string to_string() const;
  /// For a socket of this address's own family.
  socklen_t to_sockaddr(sockaddr_storage& out) const;
  /// For a dual-stack IPv6 socket: an IPv4 address comes out mapped.
  socklen_t to_sockaddr_v6(sockaddr_in6& out) const;

  bool operator==(const SocketAddress& other) const;
  std::size_t hash() const;

 private:
  std::uint16_t family_ = 0;
  std::uint16_t port_ = 0;
  std::uint32_t scope_ = 0;
  std::uint8_t bytes_[16] = {};
};

}  // namespace halcyon

template <>
struct std::hash<halcyon::SocketAddress> {
  std::size_t operator()(const halcyon::SocketAddress& a) const noexcept { return a.hash(); }
};
