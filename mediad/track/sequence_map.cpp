#include "mediad/track/sequence_map.h"

#include "common/check/check.h"
#include "mediad/rtp/sequence_unwrapper.h"

namespace halcyon::mediad {

void SequenceMap::open(Run run) {
  if (runs_.size() < kMaxRuns) {
    runs_.push_back(run);
    return;
  }
  runs_[oldest_] = run;
  oldest_ = (oldest_ + 1) % kMaxRuns;
}

/// Makes the numbers between the highest and `source`, which were not seen, part of the newest run,
/// or after a jump begins a new one at `source`.
void SequenceMap::reserve_until(std::uint64_t source) {
  Run& last = newest();
  if (source - highest_ <= kMaxJump) {
    last.end = source;
    return;
  }
  const std::uint64_t next_output = last.end - last.offset;
  open({source, source, source - (next_output + 1), last.dropped_pictures, last.layers});
}

SequenceMap::Mapped SequenceMap::mapped(const Run& run, std::uint64_t source) const {
  return {source - run.offset, run.dropped_pictures, run.layers};
}

SequenceMap::Mapped SequenceMap::forward(std::uint64_t source, LayerSelection layers) {
  check(is_new(source));
  if (runs_.empty()) {
    const std::uint64_t output = SequenceUnwrapper::kFirstCycle + first_output_;
    open({source, source, source - output, 0, layers});
  } else {
    reserve_until(source);
  }
  if (newest().layers != layers) {
    Run next = newest();
    next.first = source;
    next.layers = layers;
    if (newest().first == source) {
      newest() = next;
    } else {
      open(next);
    }
  }
  highest_ = source;
  newest().end = source + 1;
  return mapped(newest(), source);
}

void SequenceMap::drop(std::uint64_t source, bool new_picture) {
  check(is_new(source));
  if (runs_.empty()) return;  // nothing to hide from a receiver that has nothing
  reserve_until(source);
  highest_ = source;
  Run next = newest();
  next.first = next.end = source + 1;
  ++next.offset;
  if (new_picture) ++next.dropped_pictures;
  if (newest().first == source) {
    newest() = next;
  } else {
    open(next);
  }
}

template <class Before>
const SequenceMap::Run* SequenceMap::last_run(Before before) const {
  std::size_t low = 0;
  std::size_t high = runs_.size();
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    if (before(run(middle))) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low == 0 ? nullptr : &run(low - 1);
}

std::optional<SequenceMap::Mapped> SequenceMap::find(std::uint64_t source) const {
  const Run* found = last_run([&](const Run& r) { return r.first <= source; });
  if (found == nullptr || source >= found->end) return std::nullopt;
  return mapped(*found, source);
}

std::optional<std::uint64_t> SequenceMap::source_of(std::uint16_t output) const {
  if (runs_.empty()) return std::nullopt;
  const Run& last = run(runs_.size() - 1);
  const std::uint64_t newest_output = last.end - last.offset - 1;
  const auto behind = static_cast<std::uint16_t>(newest_output - output);
  if (behind >= 0x8000) return std::nullopt;
  const std::uint64_t extended = newest_output - behind;
  const Run* found = last_run([&](const Run& r) { return r.first - r.offset <= extended; });
  if (found == nullptr || extended >= found->end - found->offset) return std::nullopt;
  return extended + found->offset;
}

}  // namespace halcyon::mediad
