#include "signald/ws/message_assembler.h"

namespace halcyon::signald {

namespace {
// Offers are a few kilobytes; a connection that once sent more need not hold on to it.
constexpr std::size_t kKeptCapacity = 4096;
}  // namespace

MessageAssembler::Outcome MessageAssembler::add(std::string_view piece, bool last) {
  if (complete_) {
    complete_ = false;
    message_.clear();
    if (message_.capacity() > kKeptCapacity) message_.shrink_to_fit();
  }
  if (piece.size() > limit_ - message_.size()) {
    message_ = {};
    return Outcome::kTooBig;
  }
  message_.append(piece);
  complete_ = last;
  return last ? Outcome::kComplete : Outcome::kMore;
}

}  // namespace halcyon::signald
