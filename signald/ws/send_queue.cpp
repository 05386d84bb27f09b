#include "signald/ws/send_queue.h"

#include <utility>

namespace halcyon::signald {

bool SendQueue::push(std::string message) {
  if (messages_.size() >= kMaxQueuedMessages || message.size() > kMaxQueuedBytes - bytes_) {
    return false;
  }
  bytes_ += message.size();
  messages_.push_back(std::move(message));
  return true;
}

std::string SendQueue::pop() {
  std::string message = std::move(messages_.front());
  messages_.pop_front();
  bytes_ -= message.size();
  return message;
}

}  // namespace halcyon::signald
