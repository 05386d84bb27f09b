#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace halcyon::signald {

/// Puts a message together from the pieces in which it arrives.
class MessageAssembler {
 public:
  enum class Outcome {
    kMore,
    kComplete,  // message() is whole until the next call of add()
    kTooBig,    // the connection must end
  };
  explicit MessageAssembler(std::size_t limit) : limit_(limit) {}

  Outcome add(std::string_view piece, bool last);
  const std::string& message() const { return message_; }

 private:
  std::size_t limit_;
  bool complete_ = false;
  std::string message_;
};

}  // namespace halcyon::signald
