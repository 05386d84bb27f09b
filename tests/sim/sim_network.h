#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <queue>
#include <span>
#include <unordered_map>
#include <vector>

#include "common/net/socket_address.h"
#include "common/units/time.h"
#include "tests/sim/netem.h"

namespace halcyon::sim {

using Bytes = std::vector<std::uint8_t>;

/// Somebody with a clock: a worker or a peer.
class Participant {
 public:
  virtual ~Participant() = default;
  virtual void handle_timeout(Timestamp now) = 0;
  virtual Timestamp next_deadline() const = 0;
};

/// Virtual time and the wires between participants. Whatever is due earliest happens next; nothing
/// sleeps.
class SimNetwork {
 public:
  using Receive =
      std::function<void(const SocketAddress& from, std::span<std::uint8_t> bytes, Timestamp now)>;

  explicit SimNetwork(std::uint64_t seed) : seed_(seed) {}

  Timestamp now() const { return now_; }
  void attach(const SocketAddress& address, Receive receive) {
    receivers_[address] = std::move(receive);
  }
  void detach(const SocketAddress& address) { receivers_.erase(address); }
  void add(Participant& participant) { participants_.push_back(&participant); }
  void remove(const Participant& participant) { std::erase(participants_, &participant); }

  /// The path from one address to another; 10 ms without loss until told otherwise.
  Netem& path(const SocketAddress& from, const SocketAddress& to);
  void send(const SocketAddress& from, const SocketAddress& to,
            std::span<const std::uint8_t> bytes);
  /// Runs `action` at that moment.
  void at(Timestamp when, std::function<void()> action);

  void run_for(TimeDelta span) { run_until(now_ + span); }
  void run_until(Timestamp end);
  /// Runs until the condition holds; false when it does not within `limit`.
  bool run_until_true(const std::function<bool()>& condition, TimeDelta limit);

 private:
  struct Event {
    Timestamp when;
    std::uint64_t order = 0;
    std::function<void()> action;
    bool operator<(const Event& o) const {
      return when != o.when ? when > o.when : order > o.order;
    }
  };
  bool step(Timestamp end);

  std::uint64_t seed_;
  Timestamp now_ = Timestamp::from_us(1'000'000'000);
  std::uint64_t order_ = 0;
  std::priority_queue<Event> events_;
  std::vector<Participant*> participants_;
  std::unordered_map<SocketAddress, Receive> receivers_;
  std::map<std::pair<std::string, std::string>, Netem> paths_;
};

}  // namespace halcyon::sim
