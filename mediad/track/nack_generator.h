#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "common/units/time.h"

namespace halcyon::mediad {

/// Notices missing packets of one track and says when to ask for them (RFC 4585 6.2.1). Works on
/// extended sequence numbers.
///
/// A gap may be reordering: the first request goes out when kReorderPackets later packets or
/// kReorderTime have passed. It is repeated once a round trip until the packet comes, kMaxTries
/// times. The round trip is learnt from packets that came after a single request.
class NackGenerator {
 public:
  static constexpr std::uint64_t kReorderPackets = 3;
  static constexpr TimeDelta kReorderTime = TimeDelta::millis(20);
  static constexpr unsigned kMaxTries = 10;
  /// Repetition while the round trip is unknown, and its bounds.
  static constexpr TimeDelta kDefaultRepeat = TimeDelta::millis(100);
  static constexpr TimeDelta kMinRepeat = TimeDelta::millis(40);
  static constexpr TimeDelta kMaxRepeat = TimeDelta::millis(500);
  /// Packets asked for at a time. When more are missing only a keyframe helps.
  static constexpr std::size_t kMaxMissing = 500;

  enum class Arrival {
    kInOrder,    // the highest number so far
    kReordered,  // late, but nobody asked for it
    kRequested,  // late, after a request: probably sent again
  };

  NackGenerator();

  /// Each packet once, duplicates excluded.
  Arrival handle_packet(std::uint64_t sequence, Timestamp now);
  /// Nothing before the start of a keyframe is needed any more. Not a loss for anyone.
  void handle_keyframe(std::uint64_t first_sequence);
  /// Packets before this one would come too late. Returns how many missing ones were given up.
  std::size_t give_up_before(std::uint64_t sequence);
  /// A receiver misses a packet that is not in the cache. Does nothing if it is being asked for.
  void request(std::uint64_t sequence, Timestamp now);
  /// The sender started anew: forgets everything.
  void restart();

  /// Appends what to ask for now, ascending.
  void poll(Timestamp now, std::vector<std::uint16_t>& out);
  Timestamp next_deadline() const { return next_deadline_; }
  /// True once after more was missing than the list can hold.
  bool take_overflow();

  bool is_missing(std::uint64_t sequence) const;
  std::size_t missing() const { return missing_.size(); }
  TimeDelta repeat_interval() const { return repeat_; }

 private:
  struct Missing {
    std::uint64_t sequence;
    Timestamp due;  // of the next request; after the last one, of being forgotten
    Timestamp asked;
    unsigned tries;
  };
  std::vector<Missing>::iterator find(std::uint64_t sequence);
  void add_gap(std::uint64_t first, std::uint64_t end, Timestamp now);
  void learn_round_trip(TimeDelta sample);
  void update_deadline();

  std::vector<Missing> missing_;  // ascending, never more than kMaxMissing
  std::uint64_t highest_ = 0;     // 0: no packet yet
  std::uint64_t hurried_ = 0;     // below this all first requests are due
  Timestamp next_deadline_ = Timestamp::never();
  TimeDelta round_trip_ = TimeDelta::zero();  // zero: unknown
  TimeDelta repeat_ = kDefaultRepeat;
  bool overflow_ = false;
};

}  // namespace halcyon::mediad
