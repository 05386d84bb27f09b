#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "mediad/codec/codec.h"

namespace halcyon::mediad {

/// What a packet says about the layers of its picture. A codec without layers (or whose layers are
/// not looked at) has everything on layer 0.
struct LayerInfo {
  std::uint8_t temporal = 0;
  std::uint8_t spatial = 0;
  bool keyframe = false;      // starts one
  bool starts_frame = false;  // of its spatial layer
  bool ends_frame = false;
  bool temporal_switch = false;  // a receiver of the layers below may start on this one here
  bool unneeded_above = false;   // no higher spatial layer is predicted from this frame
  std::uint8_t spatial_layer_count = 0;     // if this packet tells it
  std::optional<std::uint16_t> picture_id;  // VP8 only: the one that is rewritten

  bool starts_picture() const { return starts_frame && spatial == 0; }
};

/// Nullopt when the payload descriptor is malformed.
std::optional<LayerInfo> read_layer_info(CodecType type, std::span<const std::uint8_t> payload);

}  // namespace halcyon::mediad
