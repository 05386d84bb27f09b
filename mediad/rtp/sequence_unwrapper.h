#pragma once

#include <cstdint>

namespace halcyon::mediad {

/// Turns 16-bit sequence numbers into 64-bit ones that never wrap: the one place that knows about
/// wrap-around. Each number is taken as the nearest to the highest seen so far.
class SequenceUnwrapper {
 public:
  /// The cycle that the first number belongs to, so that numbers before it are not negative.
  static constexpr std::uint64_t kFirstCycle = 1 << 16;

  /// What the number means now, without moving on. Undefined before the first unwrap().
  std::uint64_t peek(std::uint16_t sequence_number) const {
    const auto ahead = static_cast<std::uint16_t>(sequence_number - highest_);
    // Exactly half a cycle away counts as behind: a late packet does less harm than a jump.
    return ahead < 0x8000 ? highest_ + ahead : highest_ + ahead - 0x10000;
  }
  std::uint64_t unwrap(std::uint16_t sequence_number) {
    if (!started_) {
      started_ = true;
      highest_ = kFirstCycle + sequence_number;
      return highest_;
    }
    const std::uint64_t extended = peek(sequence_number);
    if (extended > highest_) highest_ = extended;
    return extended;
  }
  /// For a sender that began anew: the number becomes the next higher one that ends like this.
  std::uint64_t restart(std::uint16_t sequence_number) {
    if (!started_) return unwrap(sequence_number);
    const auto ahead = static_cast<std::uint16_t>(sequence_number - highest_ - 1);
    highest_ += std::uint64_t{ahead} + 1;
    return highest_;
  }

  bool started() const { return started_; }
  std::uint64_t highest() const { return highest_; }

 private:
  std::uint64_t highest_ = 0;
  bool started_ = false;
};

}  // namespace halcyon::mediad
