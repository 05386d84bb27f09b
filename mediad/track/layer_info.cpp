#include "mediad/track/layer_info.h"

#include "mediad/codec/vp8.h"
#include "mediad/codec/vp9.h"

namespace halcyon::mediad {
namespace {

std::optional<LayerInfo> from_vp8(std::span<const std::uint8_t> payload) {
  const auto d = parse_vp8_descriptor(payload);
  if (!d) return std::nullopt;
  LayerInfo info;
  info.temporal = d->temporal_layer.value_or(0);
  info.keyframe = vp8_keyframe(payload, *d) == Keyframe::kYes;
  info.starts_frame = d->starts_frame();
  info.temporal_switch = info.keyframe || d->layer_sync;
  info.picture_id = d->picture_id;
  return info;
}

std::optional<LayerInfo> from_vp9(std::span<const std::uint8_t> payload) {
  const auto d = parse_vp9_descriptor(payload);
  if (!d) return std::nullopt;
  LayerInfo info;
  info.temporal = d->temporal_layer;
  info.spatial = d->spatial_layer;
  info.keyframe = vp9_keyframe(payload, *d) == Keyframe::kYes;
  info.starts_frame = d->starts_frame;
  info.ends_frame = d->ends_frame;
  info.temporal_switch = info.keyframe || d->switching_up;
  info.unneeded_above = d->not_a_spatial_reference;
  info.spatial_layer_count = d->spatial_layer_count;
  return info;
}

}  // namespace

std::optional<LayerInfo> read_layer_info(CodecType type, std::span<const std::uint8_t> payload) {
  if (type == CodecType::kVp8) return from_vp8(payload);
  if (type == CodecType::kVp9) return from_vp9(payload);
  return LayerInfo{};
}

}  // namespace halcyon::mediad
