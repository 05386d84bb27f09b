#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "common/units/time.h"
#include "mediad/track/layer_rates.h"
#include "mediad/track/layer_selection.h"

namespace halcyon::mediad {

/// Chooses the temporal and spatial layers of a scalable stream for one receiver.
///
/// A receiver starts with all layers as they appear. Then the rate being sent is compared with what
/// the receiver can take, and the choice moves by single steps: down, temporal layers first; up,
/// spatial layers first. Changes are made where a decoder can follow them:
/// - fewer temporal layers: at the next picture;
/// - one temporal layer more: at a picture of it that needs only the layers below;
/// - fewer spatial layers: at the next picture, or at a keyframe if pictures of the lower layers
///   were left out since the last one;
/// - more spatial layers: at a keyframe.
class LayerSelector {
 public:
  /// A step up while less than this share of the maximum is used, a step down above that one.
  /// Between them nothing changes.
  static constexpr unsigned kUpNumerator = 7, kUpDenominator = 8;
  static constexpr unsigned kDownNumerator = 3, kDownDenominator = 2;
  /// After a change the measured rate still tells of the time before it.
  static constexpr TimeDelta kSettleTime = TimeDelta::millis(1500);
  /// Time between a change and the next step up. Doubled when a step up is taken back within
  /// kTrialTime, reset by one that lasts.
  static constexpr TimeDelta kMinHold = TimeDelta::seconds(2);
  static constexpr TimeDelta kMaxHold = TimeDelta::seconds(60);
  static constexpr TimeDelta kTrialTime = TimeDelta::seconds(10);
  /// A step up to layers that seem too large is tried only after this time: an estimate that is fed
  /// by little traffic stays low, and only trying shows more.
  static constexpr TimeDelta kProbeHold = TimeDelta::seconds(10);

  explicit LayerSelector(Timestamp now) : rates_(now), last_change_(now) {}

  /// Each packet that is newer than all before. Returns the choice in force from this packet on.
  const LayerSelection& handle_packet(const LayerInfo& info, std::size_t size, Timestamp now);
  /// The receiver reported: `bitrate` is sent to it, `max_bitrate` is what it can take.
  void handle_rate(std::uint64_t bitrate, std::uint64_t max_bitrate, Timestamp now);
  /// Hold the lowest spatial layer, whatever the rate.
  void set_lowest_spatial(bool lowest);

  const LayerSelection& current() const { return current_; }
  unsigned highest_spatial() const { return highest_spatial_; }
  unsigned highest_temporal() const { return highest_temporal_; }
  /// A change of the spatial layer waits for a keyframe.
  bool wants_keyframe() const;

 private:
  void learn(const LayerInfo& info);
  void learn_spatial(std::uint8_t highest);
  void apply(const LayerInfo& info);
  bool step_down(Timestamp now);
  void step_up(std::uint64_t max_bitrate, Timestamp now);
  std::uint8_t top_spatial() const { return lowest_spatial_ ? std::uint8_t{0} : highest_spatial_; }

  LayerRates rates_;
  LayerSelection current_;
  std::uint8_t wanted_spatial_ = 0;
  std::uint8_t wanted_temporal_ = 0;
  std::uint8_t highest_spatial_ = 0;
  std::uint8_t highest_temporal_ = 0;
  bool lowest_spatial_ = false;
  bool lower_layers_left_out_ = false;  // since the last keyframe
  Timestamp last_change_;
  std::optional<Timestamp> last_step_up_;
  TimeDelta hold_ = kMinHold;
};

}  // namespace halcyon::mediad
