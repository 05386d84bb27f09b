#include "signald/session/login_throttle.h"

#include <algorithm>
#include <cstring>

namespace halcyon::signald {

std::string LoginThrottle::key_of(const SocketAddress& address) {
  if (address.empty() || address.is_loopback()) {
    return {};
  }
  if (address.is_v4()) {
    return address.ip();
  }
  // Whoever has one IPv6 address has all of its /64.
  sockaddr_in6 raw = {};
  (void)address.to_sockaddr_v6(raw);
  std::string prefix(8, '\0');
  std::memcpy(prefix.data(), &raw.sin6_addr, prefix.size());
  return prefix;
}

bool LoginThrottle::allows(const SocketAddress& address, Timestamp now) const {
  const auto it = forgotten_at_.find(key_of(address));
  return it == forgotten_at_.end() || it->second - now < kForgetAfter * kBurst;
}

void LoginThrottle::failed(const SocketAddress& address, Timestamp now) {
  const std::string key = key_of(address);
  if (key.empty()) {
    return;
  }
  if (forgotten_at_.size() >= kMaxAddresses && !forgotten_at_.contains(key)) {
    make_room(now);
  }
  Timestamp& at = forgotten_at_[key];
  at = std::max(at, now) + kForgetAfter;
}

bool LoginThrottle::start(const SocketAddress& address) {
  const std::string key = key_of(address);
  if (key.empty()) {
    return true;
  }
  int& count = under_way_[key];
  if (count >= kMaxUnderWay) {
    return false;
  }
  ++count;
  return true;
}

void LoginThrottle::ended(const SocketAddress& address) {
  const auto it = under_way_.find(key_of(address));
  if (it != under_way_.end() && --it->second == 0) {
    under_way_.erase(it);
  }
}

void LoginThrottle::make_room(Timestamp now) {
  std::erase_if(forgotten_at_, [&](const auto& entry) { return entry.second <= now; });
  if (forgotten_at_.size() < kMaxAddresses) {
    return;
  }
  const auto least =
      std::min_element(forgotten_at_.begin(), forgotten_at_.end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
  forgotten_at_.erase(least);
}

}  // namespace halcyon::signald
