#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "common/net/socket_address.h"
#include "common/units/time.h"

namespace halcyon::signald {

/// Counts failed logins by address, so that passwords cannot be guessed by the million. A class of
/// pupils behind one address that mistypes its passwords stays below the limit.
class LoginThrottle {
 public:
  /// Failures in a row, and how long one takes to be forgotten.
  static constexpr std::int64_t kBurst = 100;
  static constexpr TimeDelta kForgetAfter = TimeDelta::seconds(2);
  /// Beyond this the addresses closest to being forgotten are.
  static constexpr std::size_t kMaxAddresses = 50'000;

  /// Whether somebody at this address may try. Loopback and unknown addresses always may: behind a
  /// proxy on this host everybody has them.
  bool allows(const SocketAddress& address, Timestamp now) const;
  void failed(const SocketAddress& address, Timestamp now);

  /// Logins of one address that may be under way. Failures count when they are known, so that
  /// without this limit one address could have all hashing threads busy for minutes.
  static constexpr int kMaxUnderWay = 128;
  /// Whether one more may be; if so, it counts until ended().
  bool start(const SocketAddress& address);
  void ended(const SocketAddress& address);

  std::size_t size() const { return forgotten_at_.size(); }

  /// What counts as one address: an IPv4 address, the /64 of an IPv6 address. Empty for those that
  /// are not counted.
  static std::string key_of(const SocketAddress& address);

 private:
  void make_room(Timestamp now);

  std::map<std::string, Timestamp> forgotten_at_;  // when all failures will be
  std::map<std::string, int> under_way_;
};

}  // namespace halcyon::signald
