#include "tests/sim/sim_network.h"

#include <algorithm>

namespace halcyon::sim {

Netem& SimNetwork::path(const SocketAddress& from, const SocketAddress& to) {
  const auto key = std::make_pair(from.to_string(), to.to_string());
  const auto it = paths_.find(key);
  if (it != paths_.end()) return it->second;
  return paths_.emplace(key, Netem({}, seed_ + paths_.size())).first->second;
}

void SimNetwork::send(const SocketAddress& from, const SocketAddress& to,
                      std::span<const std::uint8_t> bytes) {
  Netem& wire = path(from, to);
  const int copies = wire.duplicate() ? 2 : 1;
  for (int i = 0; i < copies; ++i) {
    const auto delay = wire.pass();
    if (!delay) continue;
    at(now_ + *delay, [this, from, to, copy = Bytes(bytes.begin(), bytes.end())]() mutable {
      const auto it = receivers_.find(to);
      if (it != receivers_.end()) it->second(from, copy, now_);
    });
  }
}

void SimNetwork::at(Timestamp when, std::function<void()> action) {
  events_.push({when, order_++, std::move(action)});
}

void SimNetwork::run_until(Timestamp end) {
  while (step(end)) {
  }
  now_ = end;
}

bool SimNetwork::run_until_true(const std::function<bool()>& condition, TimeDelta limit) {
  const Timestamp end = now_ + limit;
  while (!condition()) {
    if (!step(end)) return false;
  }
  return true;
}

bool SimNetwork::step(Timestamp end) {
  Participant* earliest = nullptr;
  Timestamp due = events_.empty() ? Timestamp::never() : events_.top().when;
  for (Participant* p : participants_) {
    if (p->next_deadline() < due) {
      due = p->next_deadline();
      earliest = p;
    }
  }
  if (due > end) return false;
  now_ = std::max(now_, due);
  if (earliest != nullptr) {
    earliest->handle_timeout(now_);
    return true;
  }
  const auto action = events_.top().action;
  events_.pop();
  action();
  return true;
}

}  // namespace halcyon::sim
