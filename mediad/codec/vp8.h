#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "mediad/codec/codec.h"
#include "mediad/codec/frame_size.h"

namespace halcyon::mediad {

/// The VP8 payload descriptor (RFC 7741 4.2).
///
///       0 1 2 3 4 5 6 7
///      +-+-+-+-+-+-+-+-+
///      |X|R|N|S|R| PID |  PID: partition index
///      +-+-+-+-+-+-+-+-+
/// X:   |I|L|T|K| RSV   |
///      +-+-+-+-+-+-+-+-+
/// I:   |M| PictureID   |
///      +-+-+-+-+-+-+-+-+
///      |   PictureID   |  only if M
///      +-+-+-+-+-+-+-+-+
/// L:   |   TL0PICIDX   |
///      +-+-+-+-+-+-+-+-+
/// T/K: |TID|Y| KEYIDX  |
///      +-+-+-+-+-+-+-+-+
struct Vp8Descriptor {
  bool non_reference = false;       // N: may be left out without harm
  bool start_of_partition = false;  // S
  std::uint8_t partition = 0;
  std::optional<std::uint16_t> picture_id;
  bool long_picture_id = false;  // 15 bits instead of 7
  std::optional<std::uint8_t> tl0_picture_index;
  std::optional<std::uint8_t> temporal_layer;
  bool layer_sync = false;  // Y: depends on layer 0 only
  std::optional<std::uint8_t> key_index;
  std::size_t picture_id_offset = 0;  // of its first byte in the payload
  std::size_t size = 0;               // where the VP8 data begins

  bool starts_frame() const { return start_of_partition && partition == 0; }
};

/// Nullopt when the descriptor is cut short.
std::optional<Vp8Descriptor> parse_vp8_descriptor(std::span<const std::uint8_t> payload);

/// Does the packet start a keyframe (RFC 7741 4.3)? Unknown without VP8 data behind the descriptor.
Keyframe vp8_keyframe(std::span<const std::uint8_t> payload, const Vp8Descriptor& descriptor);
Keyframe vp8_keyframe(std::span<const std::uint8_t> payload);

/// Of a packet that starts a keyframe (RFC 6386 9.1), else nullopt.
std::optional<FrameSize> vp8_frame_size(std::span<const std::uint8_t> payload);

/// Overwrites the picture id in the form (7 or 15 bits) that is there. Nothing without one.
void set_vp8_picture_id(std::span<std::uint8_t> payload, const Vp8Descriptor& descriptor,
                        std::uint16_t picture_id);

}  // namespace halcyon::mediad
