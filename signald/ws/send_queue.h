#pragma once

#include <cstddef>
#include <deque>
#include <string>

namespace halcyon::signald {

/// Somebody who joins a group of two thousand gets a message for each member and a few for each
/// stream at once.
inline constexpr std::size_t kMaxQueuedMessages = 16384;
/// The same in bytes: a receiver that owes more than this does not keep up.
inline constexpr std::size_t kMaxQueuedBytes = 16u << 20;

/// What waits to be sent on one connection.
class SendQueue {
 public:
  /// False, and nothing queued, when the receiver is too slow: the connection must be dropped.
  bool push(std::string message);
  /// The oldest; the queue must not be empty.
  std::string pop();
  bool empty() const { return messages_.empty(); }
  std::size_t bytes() const { return bytes_; }

 private:
  std::size_t bytes_ = 0;
  std::deque<std::string> messages_;
};

}  // namespace halcyon::signald
