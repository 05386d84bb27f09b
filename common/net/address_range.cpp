#include "common/net/address_range.h"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace halcyon {
namespace {

constexpr unsigned kBitsV4 = 32;
constexpr unsigned kBitsV6 = 128;

std::array<std::uint8_t, 16> bytes_of(const SocketAddress& address) {
  std::array<std::uint8_t, 16> bytes{};
  sockaddr_storage storage{};
  address.to_sockaddr(storage);
  if (address.is_v4()) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(storage);
    std::memcpy(bytes.data(), &v4.sin_addr, sizeof v4.sin_addr);
  } else {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(storage);
    std::memcpy(bytes.data(), &v6.sin6_addr, sizeof v6.sin6_addr);
  }
  return bytes;
}

SocketAddress address_of(bool is_v4, const std::array<std::uint8_t, 16>& bytes) {
  if (is_v4) {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    std::memcpy(&v4.sin_addr, bytes.data(), sizeof v4.sin_addr);
    return SocketAddress::from_sockaddr(reinterpret_cast<const sockaddr*>(&v4));
  }
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  std::memcpy(&v6.sin6_addr, bytes.data(), sizeof v6.sin6_addr);
  return SocketAddress::from_sockaddr(reinterpret_cast<const sockaddr*>(&v6));
}

/// The bits of byte `index` that belong to a prefix of this length.
std::uint8_t mask(unsigned prefix_bits, unsigned index) {
  const unsigned before = index * 8;
  if (prefix_bits <= before) return 0;
  const unsigned bits = std::min(prefix_bits - before, 8u);
  return static_cast<std::uint8_t>(0xff00u >> bits);
}

}  // namespace

AddressRange::AddressRange(const SocketAddress& address, unsigned prefix_bits)
    : is_v4_(address.is_v4()), prefix_bits_(prefix_bits), bytes_(bytes_of(address)) {
  for (unsigned i = 0; i < bytes_.size(); ++i) bytes_[i] &= mask(prefix_bits_, i);
}

std::optional<AddressRange> AddressRange::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = SocketAddress::parse(text.substr(0, slash), 0);
  if (!address) return std::nullopt;
  // "::ffff:10.0.0.0/104" says in IPv6 what "10.0.0.0/8" says; shorter prefixes hold more than
  // IPv4.
  const bool is_mapped = address->is_v4() && text.find(':') != std::string_view::npos;
  const unsigned longest = address->is_v4() && !is_mapped ? kBitsV4 : kBitsV6;
  if (slash == std::string_view::npos) {
    return AddressRange(*address, address->is_v4() ? kBitsV4 : kBitsV6);
  }
  const std::string_view length = text.substr(slash + 1);
  unsigned bits = 0;
  const auto [end, error] = std::from_chars(length.data(), length.data() + length.size(), bits);
  if (error != std::errc() || end != length.data() + length.size() || bits > longest) {
    return std::nullopt;
  }
  if (is_mapped) {
    if (bits < kBitsV6 - kBitsV4) return std::nullopt;
    bits -= kBitsV6 - kBitsV4;
  }
  return AddressRange(*address, bits);
}

bool AddressRange::contains(const SocketAddress& address) const {
  if (address.empty() || address.is_v4() != is_v4_) return false;
  const auto bytes = bytes_of(address);
  for (unsigned i = 0; i < bytes.size(); ++i) {
    if ((bytes[i] & mask(prefix_bits_, i)) != bytes_[i]) return false;
  }
  return true;
}

SocketAddress AddressRange::first() const { return address_of(is_v4_, bytes_); }

SocketAddress AddressRange::last() const {
  auto bytes = bytes_;
  for (unsigned i = 0; i < bytes.size(); ++i) {
    bytes[i] |= static_cast<std::uint8_t>(~mask(prefix_bits_, i));
  }
  return address_of(is_v4_, bytes);
}

}  // namespace halcyon
