#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "common/units/time.h"
#include "mediad/track/layer_info.h"

namespace halcyon::mediad {

/// What each layer of a source costs, whether a receiver gets it or not.
class LayerRates {
 public:
  explicit LayerRates(Timestamp now) : interval_start_(now) {}

  void add(const LayerInfo& info, std::size_t bytes, Timestamp now);
  /// Bit/s of all layers up to these, over the last whole second; 0 before that.
  std::uint64_t bitrate_up_to(unsigned spatial, unsigned temporal) const;

 private:
  static constexpr std::size_t kLayers = 8;  // three bits each in VP9
  using Table = std::array<std::array<std::uint32_t, kLayers>, kLayers>;

  Timestamp interval_start_;
  Table bytes_{};
  Table bitrate_{};
};

}  // namespace halcyon::mediad
