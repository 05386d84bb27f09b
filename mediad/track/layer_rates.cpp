#include "mediad/track/layer_rates.h"

#include <algorithm>

namespace halcyon::mediad {
namespace {

constexpr TimeDelta kInterval = TimeDelta::seconds(1);

}  // namespace

void LayerRates::add(const LayerInfo& info, std::size_t bytes, Timestamp now) {
  const TimeDelta elapsed = now - interval_start_;
  if (elapsed >= kInterval) {
    const auto us = static_cast<std::uint64_t>(elapsed.us());
    for (std::size_t s = 0; s < kLayers; ++s) {
      for (std::size_t t = 0; t < kLayers; ++t) {
        bitrate_[s][t] = static_cast<std::uint32_t>(bytes_[s][t] * 8'000'000ull / us);
      }
    }
    bytes_ = {};
    interval_start_ = now;
  }
  bytes_[info.spatial % kLayers][info.temporal % kLayers] += static_cast<std::uint32_t>(bytes);
}

std::uint64_t LayerRates::bitrate_up_to(unsigned spatial, unsigned temporal) const {
  std::uint64_t sum = 0;
  for (std::size_t s = 0; s <= std::min<std::size_t>(spatial, kLayers - 1); ++s) {
    for (std::size_t t = 0; t <= std::min<std::size_t>(temporal, kLayers - 1); ++t) {
      sum += bitrate_[s][t];
    }
  }
  return sum;
}

}  // namespace halcyon::mediad
