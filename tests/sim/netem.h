#pragma once

#include <optional>

#include "common/random/random.h"
#include "common/units/time.h"

namespace halcyon::sim {

/// A one-way path with faults, repeatable by its seed.
class Netem {
 public:
  struct Faults {
    double loss = 0;  // 0..1
    TimeDelta delay = TimeDelta::millis(10);
    TimeDelta jitter = TimeDelta::zero();  // added at random; more than the packet spacing reorders
    double duplication = 0;                // 0..1
  };
  Netem(Faults faults, std::uint64_t seed) : faults_(faults), random_(seed) {}

  void set_faults(const Faults& faults) { faults_ = faults; }
  /// How long the next packet is under way; nullopt when it is lost.
  std::optional<TimeDelta> pass() {
    if (chance(faults_.loss)) return std::nullopt;
    return faults_.delay + TimeDelta::micros(static_cast<std::int64_t>(
                               fraction() * static_cast<double>(faults_.jitter.us())));
  }
  bool duplicate() { return chance(faults_.duplication); }

 private:
  double fraction() { return static_cast<double>(random_.u32()) / 4294967296.0; }
  bool chance(double p) { return p > 0 && fraction() < p; }

  Faults faults_;
  SeededRandom random_;
};

}  // namespace halcyon::sim
