#include "mediad/track/nack_generator.h"

#include <algorithm>
#include <utility>

namespace halcyon::mediad {

NackGenerator::NackGenerator() { missing_.reserve(kMaxMissing); }

std::vector<NackGenerator::Missing>::iterator NackGenerator::find(std::uint64_t sequence) {
  return std::lower_bound(missing_.begin(), missing_.end(), sequence,
                          [](const Missing& m, std::uint64_t s) { return m.sequence < s; });
}

bool NackGenerator::is_missing(std::uint64_t sequence) const {
  return std::any_of(missing_.begin(), missing_.end(),
                     [&](const Missing& m) { return m.sequence == sequence; });
}

NackGenerator::Arrival NackGenerator::handle_packet(std::uint64_t sequence, Timestamp now) {
  if (highest_ == 0) {
    highest_ = sequence;
    return Arrival::kInOrder;
  }
  if (sequence > highest_) {
    if (sequence > highest_ + 1) add_gap(highest_ + 1, sequence, now);
    highest_ = sequence;
    // What is further back than reordering explains is due at once.
    const std::uint64_t hurry_end = highest_ - std::min(highest_, kReorderPackets - 1);
    for (auto m = find(hurried_); m != missing_.end() && m->sequence < hurry_end; ++m) {
      if (m->tries == 0) m->due = now;
    }
    hurried_ = std::max(hurried_, hurry_end);
    if (!missing_.empty()) update_deadline();
    return Arrival::kInOrder;
  }
  const auto m = find(sequence);
  if (m == missing_.end() || m->sequence != sequence) return Arrival::kReordered;
  const bool requested = m->tries > 0;
  // After several requests nobody knows which of them was answered.
  if (m->tries == 1) learn_round_trip(now - m->asked);
  missing_.erase(m);
  update_deadline();
  return requested ? Arrival::kRequested : Arrival::kReordered;
}

void NackGenerator::add_gap(std::uint64_t first, std::uint64_t end, Timestamp now) {
  if (end - first > kMaxMissing - missing_.size()) {
    missing_.clear();
    overflow_ = true;
    return;
  }
  for (std::uint64_t s = first; s < end; ++s) {
    missing_.push_back({s, now + kReorderTime, Timestamp{}, 0});
  }
}

void NackGenerator::learn_round_trip(TimeDelta sample) {
  round_trip_ = round_trip_ == TimeDelta::zero() ? sample : (round_trip_ * 7 + sample) / 8;
  // A quarter more, so that an answer on its way is not asked for again.
  repeat_ = std::clamp(round_trip_ + round_trip_ / 4, kMinRepeat, kMaxRepeat);
}

void NackGenerator::handle_keyframe(std::uint64_t first_sequence) {
  give_up_before(first_sequence);
}

std::size_t NackGenerator::give_up_before(std::uint64_t sequence) {
  if (missing_.empty() || missing_.front().sequence >= sequence) return 0;
  const auto end = find(sequence);
  const auto count = static_cast<std::size_t>(end - missing_.begin());
  missing_.erase(missing_.begin(), end);
  update_deadline();
  return count;
}

void NackGenerator::request(std::uint64_t sequence, Timestamp now) {
  if (sequence >= highest_ || missing_.size() >= kMaxMissing) return;
  const auto m = find(sequence);
  if (m != missing_.end() && m->sequence == sequence) return;
  // Its ten tries are over, or it was never needed by us: one more on the receiver's account. It
  // stays in the list for one interval, which limits how often a receiver can cause this.
  missing_.insert(m, {sequence, now, Timestamp{}, kMaxTries - 1});
  update_deadline();
}

void NackGenerator::restart() {
  missing_.clear();
  highest_ = 0;
  hurried_ = 0;
  update_deadline();
}

void NackGenerator::poll(Timestamp now, std::vector<std::uint16_t>& out) {
  if (now < next_deadline_) return;
  std::erase_if(missing_, [&](const Missing& m) { return m.tries >= kMaxTries && m.due <= now; });
  for (Missing& m : missing_) {
    if (m.due > now) continue;
    out.push_back(static_cast<std::uint16_t>(m.sequence));
    ++m.tries;
    m.asked = now;
    m.due = now + repeat_;
  }
  update_deadline();
}

void NackGenerator::update_deadline() {
  next_deadline_ = Timestamp::never();
  for (const Missing& m : missing_) next_deadline_ = std::min(next_deadline_, m.due);
}

bool NackGenerator::take_overflow() { return std::exchange(overflow_, false); }

}  // namespace halcyon::mediad
