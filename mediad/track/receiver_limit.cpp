#include "mediad/track/receiver_limit.h"

#include <algorithm>

namespace halcyon::mediad {
namespace {

// Each temporal layer about doubles the rate; more layers than this do not occur.
constexpr unsigned kMaxTemporalLayer = 4;

}  // namespace

void ReceiverLimit::add(const ReceiverDemand& demand) {
  const std::uint64_t rate = std::clamp(demand.max_bitrate, kMinReceiverLimit, kMaxRemb);
  highest_ = std::max(highest_, rate);
  lowest_ = any_ ? std::min(lowest_, rate) : rate;
  top_spatial_layer_ = std::max(top_spatial_layer_, demand.spatial_layer);
  top_temporal_layer_ = std::max(top_temporal_layer_, demand.temporal_layer);
  any_ = true;
}

std::uint64_t ReceiverLimit::bitrate() const {
  if (!any_) return kMinReceiverLimit;
  // Room for the next spatial layer to grow into.
  const std::uint64_t high = top_spatial_layer_ > 0 ? highest_ / 4 * 5 : highest_;
  const std::uint64_t low = lowest_ << std::min(top_temporal_layer_, kMaxTemporalLayer);
  return std::min(high, low);
}

}  // namespace halcyon::mediad
