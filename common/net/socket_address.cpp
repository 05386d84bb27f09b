#include "common/net/socket_address.h"

#include <arpa/inet.h>

#include <cstring>

namespace halcyon {

SocketAddress SocketAddress::from_sockaddr(const sockaddr* address) {
  SocketAddress result;
  if (address->sa_family == AF_INET) {
    sockaddr_in v4;
    std::memcpy(&v4, address, sizeof v4);
    result.family_ = AF_INET;
    result.port_ = ntohs(v4.sin_port);
    std::memcpy(result.bytes_, &v4.sin_addr, 4);
  } else if (address->sa_family == AF_INET6) {
    sockaddr_in6 v6;
    std::memcpy(&v6, address, sizeof v6);
    result.port_ = ntohs(v6.sin6_port);
    if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) {
      result.family_ = AF_INET;
      std::memcpy(result.bytes_, v6.sin6_addr.s6_addr + 12, 4);
    } else {
      result.family_ = AF_INET6;
      result.scope_ = v6.sin6_scope_id;
      std::memcpy(result.bytes_, &v6.sin6_addr, 16);
    }
  }
  return result;
}

std::optional<SocketAddress> SocketAddress::parse(std::string_view ip, std::uint16_t port) {
  const std::string text(ip);
  sockaddr_in6 v6{};
  sockaddr_in v4{};
  if (inet_pton(AF_INET, text.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    return from_sockaddr(reinterpret_cast<const sockaddr*>(&v4));
  }
  if (inet_pton(AF_INET6, text.c_str(), &v6.sin6_addr) == 1) {
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    return from_sockaddr(reinterpret_cast<const sockaddr*>(&v6));
  }
  return std::nullopt;
}

bool SocketAddress::is_loopback() const {
  if (is_v4()) return bytes_[0] == 127;
  in6_addr address;
  std::memcpy(&address, bytes_, 16);
  return is_v6() && IN6_IS_ADDR_LOOPBACK(&address);
}

std::string SocketAddress::ip() const {
  char text[INET6_ADDRSTRLEN] = "";
  if (!empty()) inet_ntop(family_, bytes_, text, sizeof text);
  return text;
}

std::string SocketAddress::to_string() const {
  if (empty()) return "(none)";
  const std::string host = is_v6() ? "[" + ip() + "]" : ip();
  return host + ":" + std::to_string(port_);
}

socklen_t SocketAddress::to_sockaddr(sockaddr_storage& out) const {
  if (is_v4()) {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port_);
    std::memcpy(&v4.sin_addr, bytes_, 4);
    std::memcpy(&out, &v4, sizeof v4);
    return sizeof v4;
  }
  sockaddr_in6 v6{};
  const socklen_t size = to_sockaddr_v6(v6);
  std::memcpy(&out, &v6, sizeof v6);
  return size;
}

socklen_t SocketAddress::to_sockaddr_v6(sockaddr_in6& out) const {
  out = {};
  out.sin6_family = AF_INET6;
  out.sin6_port = htons(port_);
  if (is_v4()) {
    out.sin6_addr.s6_addr[10] = 0xff;
    out.sin6_addr.s6_addr[11] = 0xff;
    std::memcpy(out.sin6_addr.s6_addr + 12, bytes_, 4);
  } else {
    out.sin6_scope_id = scope_;
    std::memcpy(out.sin6_addr.s6_addr, bytes_, 16);
  }
  return sizeof out;
}

bool SocketAddress::operator==(const SocketAddress& other) const {
  return family_ == other.family_ && port_ == other.port_ && scope_ == other.scope_ &&
         std::memcmp(bytes_, other.bytes_, 16) == 0;
}

std::size_t SocketAddress::hash() const {
  std::uint64_t words[2];
  std::memcpy(words, bytes_, 16);
  std::uint64_t h = words[0] * 0x9e3779b97f4a7c15ull ^ words[1] ^ (std::uint64_t{port_} << 32);
  h ^= h >> 29;
  return static_cast<std::size_t>(h * 0xbf58476d1ce4e5b9ull);
}

}  // namespace halcyon
