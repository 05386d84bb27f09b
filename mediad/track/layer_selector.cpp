#include "mediad/track/layer_selector.h"

#include <algorithm>

namespace halcyon::mediad {

const LayerSelection& LayerSelector::handle_packet(const LayerInfo& info, std::size_t size,
                                                   Timestamp now) {
  rates_.add(info, size, now);
  // Only a whole picture may change sides, so all decisions fall where one starts.
  if (info.starts_frame) learn(info);
  if (info.starts_picture()) apply(info);
  current_.cuts_spatial = current_.spatial < highest_spatial_;
  if (info.spatial < current_.spatial && info.unneeded_above) lower_layers_left_out_ = true;
  return current_;
}

void LayerSelector::learn(const LayerInfo& info) {
  if (info.temporal > highest_temporal_) {
    const bool had_all = current_.temporal == highest_temporal_ &&  //
                         wanted_temporal_ == highest_temporal_;
    highest_temporal_ = info.temporal;
    if (had_all) current_.temporal = wanted_temporal_ = info.temporal;
  }
  if (info.keyframe && info.spatial_layer_count > 0) {
    learn_spatial(static_cast<std::uint8_t>(info.spatial_layer_count - 1));
  } else if (info.spatial > highest_spatial_) {
    learn_spatial(info.spatial);
  }
}

void LayerSelector::learn_spatial(std::uint8_t highest) {
  const bool had_all = current_.spatial == highest_spatial_ && wanted_spatial_ == highest_spatial_;
  highest_spatial_ = highest;
  if (had_all && !lowest_spatial_) current_.spatial = wanted_spatial_ = highest;
  current_.spatial = std::min(current_.spatial, highest);
  wanted_spatial_ = std::min(wanted_spatial_, highest);
}

void LayerSelector::apply(const LayerInfo& info) {
  const bool next_layer = info.temporal == current_.temporal + 1 && info.temporal_switch;
  if (info.keyframe || wanted_temporal_ < current_.temporal) {
    current_.temporal = wanted_temporal_;
  } else if (wanted_temporal_ > current_.temporal && next_layer) {
    current_.temporal = info.temporal;
  }
  if (info.keyframe) {
    current_.spatial = wanted_spatial_;
    lower_layers_left_out_ = false;
  } else if (wanted_spatial_ < current_.spatial && !lower_layers_left_out_) {
    current_.spatial = wanted_spatial_;
  }
}

void LayerSelector::handle_rate(std::uint64_t bitrate, std::uint64_t max_bitrate, Timestamp now) {
  if (now - last_change_ < kSettleTime) return;
  if (last_step_up_ && now - *last_step_up_ > kTrialTime) {
    last_step_up_.reset();
    hold_ = kMinHold;
  }
  if (bitrate > max_bitrate * kDownNumerator / kDownDenominator) {
    if (!step_down(now)) return;
    if (last_step_up_) hold_ = std::min(hold_ * 2, kMaxHold);
    last_step_up_.reset();
  } else if (bitrate < max_bitrate * kUpNumerator / kUpDenominator) {
    step_up(max_bitrate, now);
  }
}

bool LayerSelector::step_down(Timestamp now) {
  // A step that still waits for its picture is taken back, or is already the right one.
  const bool waits_down =
      wanted_spatial_ < current_.spatial || wanted_temporal_ < current_.temporal;
  if (waits_down) return false;
  if (wanted_spatial_ > current_.spatial || wanted_temporal_ > current_.temporal) {
    wanted_spatial_ = current_.spatial;
    wanted_temporal_ = current_.temporal;
  } else if (wanted_temporal_ > 0) {
    --wanted_temporal_;
  } else if (wanted_spatial_ > 0) {
    --wanted_spatial_;
  } else {
    return false;
  }
  last_change_ = now;
  return true;
}

void LayerSelector::step_up(std::uint64_t max_bitrate, Timestamp now) {
  if (wanted_spatial_ != current_.spatial || wanted_temporal_ != current_.temporal) return;
  const bool spatial = current_.spatial < top_spatial();
  if (!spatial && current_.temporal >= highest_temporal_) return;
  const unsigned next_spatial = current_.spatial + (spatial ? 1u : 0u);
  const unsigned next_temporal = current_.temporal + (spatial ? 0u : 1u);
  const std::uint64_t expected = rates_.bitrate_up_to(next_spatial, next_temporal);
  // What the next report would take back is not worth a keyframe.
  const bool fits = expected <= max_bitrate * kDownNumerator / kDownDenominator;
  const TimeDelta hold = fits ? hold_ : std::max(hold_, kProbeHold);
  if (now - last_change_ < hold) return;
  wanted_spatial_ = static_cast<std::uint8_t>(next_spatial);
  wanted_temporal_ = static_cast<std::uint8_t>(next_temporal);
  last_change_ = now;
  last_step_up_ = now;
}

void LayerSelector::set_lowest_spatial(bool lowest) {
  lowest_spatial_ = lowest;
  if (lowest) wanted_spatial_ = 0;
}

bool LayerSelector::wants_keyframe() const {
  if (wanted_spatial_ > current_.spatial) return true;
  return wanted_spatial_ < current_.spatial && lower_layers_left_out_;
}

}  // namespace halcyon::mediad
