#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "mediad/codec/codec.h"
#include "mediad/codec/frame_size.h"

namespace halcyon::mediad {

/// The VP9 payload descriptor (RFC 9628 4.2).
///
///       0 1 2 3 4 5 6 7
///      +-+-+-+-+-+-+-+-+
///      |I|P|L|F|B|E|V|Z|
///      +-+-+-+-+-+-+-+-+
/// I:   |M| PICTURE ID  |
///      +-+-+-+-+-+-+-+-+
/// M:   | EXTENDED PID  |
///      +-+-+-+-+-+-+-+-+
/// L:   | TID |U| SID |D|
///      +-+-+-+-+-+-+-+-+
///      |   TL0PICIDX   |  unless F
///      +-+-+-+-+-+-+-+-+
/// P,F: | P_DIFF      |N|  up to 3 times
///      +-+-+-+-+-+-+-+-+
/// V:   | N_S |Y|G|-|-|-|  scalability structure: sizes if Y, picture group if G
///      +-+-+-+-+-+-+-+-+
struct Vp9Descriptor {
  std::optional<std::uint16_t> picture_id;
  bool inter_picture = false;            // P: predicted from earlier pictures
  bool flexible = false;                 // F
  bool starts_frame = false;             // B: of one spatial layer
  bool ends_frame = false;               // E
  bool not_a_spatial_reference = false;  // Z: no upper spatial layer needs this frame
  std::uint8_t temporal_layer = 0;
  bool switching_up = false;  // U
  std::uint8_t spatial_layer = 0;
  bool inter_layer = false;  // D: predicted from the lower spatial layer of this picture
  std::uint8_t spatial_layer_count = 0;   // from the scalability structure, 0 if absent
  std::optional<FrameSize> largest_size;  // over the layers of the scalability structure
  std::size_t size = 0;                   // where the VP9 data begins
};

/// Nullopt when the descriptor is cut short or has a fourth P_DIFF.
std::optional<Vp9Descriptor> parse_vp9_descriptor(std::span<const std::uint8_t> payload);

/// Does the packet start a keyframe, by the uncompressed header of the frame behind the descriptor?
Keyframe vp9_keyframe(std::span<const std::uint8_t> payload, const Vp9Descriptor& descriptor);
Keyframe vp9_keyframe(std::span<const std::uint8_t> payload);

}  // namespace halcyon::mediad
