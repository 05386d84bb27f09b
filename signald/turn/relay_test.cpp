#include "signald/turn/relay_test.h"

#include <algorithm>

namespace halcyon::signald {
namespace {

using State = TurnAllocation::State;

}  // namespace

RelayTest::RelayTest(const std::string& username, const std::string& password, RandomSource& random,
                     Timestamp now)
    : clients_{TurnAllocation(username, password), TurnAllocation(username, password)},
      started_(now),
      repeat_at_(now + kRepeat) {
  random.fill(payload_);
}

void RelayTest::handle_datagram(std::size_t client, std::span<const std::uint8_t> datagram,
                                Timestamp now) {
  const auto received = clients_[client].handle_datagram(datagram);
  if (result_) return;
  if (received && client == 1 && sent_ && std::ranges::equal(*received, payload_)) {
    return end(RelayTestResult{now - started_, now - *sent_});
  }
  proceed(now);
}

void RelayTest::proceed(Timestamp now) {
  for (TurnAllocation& client : clients_) {
    if (client.state() == State::kRefused) return end(fail(client.refusal()));
  }
  const auto all = [this](State state) {
    return std::ranges::all_of(clients_,
                               [state](const TurnAllocation& c) { return c.state() == state; });
  };
  if (all(State::kAllocated)) {
    clients_[0].permit(clients_[1].relayed_address());
    clients_[1].permit(clients_[0].relayed_address());
  } else if (all(State::kPermitted) && !sent_) {
    clients_[0].send_to(clients_[1].relayed_address(), payload_);
    sent_ = now;
  }
}

void RelayTest::handle_timeout(Timestamp now) {
  if (result_ || now < repeat_at_) return;
  if (now - started_ >= kLimit) {
    return end(fail(sent_ ? "what it should relay does not arrive at this host"
                          : "the server does not answer this host within 20 s"));
  }
  repeat_at_ = now + kRepeat;
  for (TurnAllocation& client : clients_) client.repeat();
  if (sent_) {
    clients_[0].send_to(clients_[1].relayed_address(), payload_);
    sent_ = now;
  }
}

void RelayTest::end(ResultOr<RelayTestResult> result) {
  result_ = std::move(result);
  for (TurnAllocation& client : clients_) client.release();
}

std::optional<std::pair<std::size_t, RelayTest::Bytes>> RelayTest::poll_output() {
  for (std::size_t i = 0; i < clients_.size(); ++i) {
    if (auto bytes = clients_[i].poll_output()) return std::pair{i, std::move(*bytes)};
  }
  return std::nullopt;
}

}  // namespace halcyon::signald
