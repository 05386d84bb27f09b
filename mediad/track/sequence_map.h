#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "mediad/track/layer_selection.h"

namespace halcyon::mediad {

/// Numbers the packets of a down track so that those left out on purpose leave no gap, while those
/// lost on the way in do: their numbers stay reserved for when they come late.
///
/// Source numbers are extended ones. They lie in runs, each with one offset and one choice of
/// layers; a number left out belongs to none. What was said about a number is never changed, so
/// asking again (for a retransmission) gives the same answer until the run is forgotten.
///
/// VP8 picture ids have to stay without gaps too: each run tells how many pictures were left out
/// before it.
class SequenceMap {
 public:
  /// A larger step forward means that the sender began anew; the output then continues with a
  /// single missing number.
  static constexpr std::uint64_t kMaxJump = 8192;
  /// Runs remembered. Dropping each second picture of 30 a second makes 15 a second, so this is
  /// longer than any retransmission takes.
  static constexpr std::size_t kMaxRuns = 128;

  struct Mapped {
    std::uint64_t output = 0;            // extended; its low 16 bits go on the wire
    std::uint16_t dropped_pictures = 0;  // to be subtracted from the picture id
    LayerSelection layers;

    std::uint16_t sequence_number() const { return static_cast<std::uint16_t>(output); }
  };

  explicit SequenceMap(std::uint16_t first_output) : first_output_(first_output) {}

  /// Newer than all numbers so far: to be given to forward() or drop(). Others go to find().
  bool is_new(std::uint64_t source) const { return source > highest_; }
  Mapped forward(std::uint64_t source, LayerSelection layers);
  /// `new_picture`: this is the first packet left out of its picture.
  void drop(std::uint64_t source, bool new_picture);

  /// Nullopt for numbers left out, not seen in order yet, or forgotten.
  std::optional<Mapped> find(std::uint64_t source) const;
  /// Nullopt for numbers not given out yet, or forgotten.
  std::optional<std::uint64_t> source_of(std::uint16_t output) const;

 private:
  struct Run {
    std::uint64_t first;  // source numbers, [first, end)
    std::uint64_t end;
    std::uint64_t offset;  // source - output
    std::uint16_t dropped_pictures;
    LayerSelection layers;
  };
  /// 0 is the oldest.
  const Run& run(std::size_t i) const { return runs_[(oldest_ + i) % runs_.size()]; }
  Run& newest() { return runs_[(oldest_ + runs_.size() - 1) % runs_.size()]; }
  void open(Run run);
  void reserve_until(std::uint64_t source);
  Mapped mapped(const Run& run, std::uint64_t source) const;
  /// The last run for which before(run) holds.
  template <class Before>
  const Run* last_run(Before before) const;

  std::vector<Run> runs_;  // a ring once it has kMaxRuns
  std::size_t oldest_ = 0;
  std::uint64_t highest_ = 0;  // source number; 0 before the first
  std::uint16_t first_output_;
};

}  // namespace halcyon::mediad
