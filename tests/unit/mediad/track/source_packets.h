#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "common/bytes/byte_writer.h"
#include "mediad/rtp/rtp_header.h"
#include "mediad/rtp/rtp_packet.h"
#include "mediad/track/packet_cache.h"

namespace halcyon::mediad::testing {

inline constexpr Ssrc kSourceSsrc{0x1234};

/// A serialized packet of a publisher.
inline std::vector<std::uint8_t> rtp_packet(std::uint16_t sequence_number, std::uint32_t timestamp,
                                            std::span<const std::uint8_t> payload,
                                            bool marker = false, std::uint8_t padding = 0) {
  std::vector<std::uint8_t> bytes(kMaxRtpPacket + 300);
  ByteWriter w(bytes);
  RtpHeader header;
  header.ssrc = kSourceSsrc;
  header.payload_type = 96;
  header.sequence_number = sequence_number;
  header.timestamp = timestamp;
  header.marker = marker;
  write_rtp_packet(w, header, payload, padding);
  bytes.resize(w.size());
  return bytes;
}

struct Vp8Picture {
  std::uint16_t picture_id = 0;
  std::uint8_t temporal_layer = 0;
  bool keyframe = false;
  bool layer_sync = false;
  bool first_packet = true;
};

/// A VP8 payload with a 15-bit picture id and a temporal layer.
inline std::vector<std::uint8_t> vp8_payload(const Vp8Picture& p, std::size_t size = 20) {
  std::vector<std::uint8_t> payload{
      static_cast<std::uint8_t>(0x80 | (p.first_packet ? 0x10 : 0)),
      0xe0,
      static_cast<std::uint8_t>(0x80 | p.picture_id >> 8),
      static_cast<std::uint8_t>(p.picture_id),
      7,  // TL0PICIDX
      static_cast<std::uint8_t>(p.temporal_layer << 6 | (p.layer_sync ? 0x20 : 0)),
      static_cast<std::uint8_t>(p.keyframe ? 0 : 1)};
  payload.resize(std::max(size, payload.size()), 0xaa);
  return payload;
}

struct Vp9Frame {
  std::uint16_t picture_id = 0;
  std::uint8_t temporal_layer = 0;
  std::uint8_t spatial_layer = 0;
  bool key = false;  // P = 0
  bool start = true;
  bool end = true;
  bool switching_up = false;
  bool unneeded_above = false;
  std::uint8_t structure_layers = 0;  // in a scalability structure
};

inline std::vector<std::uint8_t> vp9_payload(const Vp9Frame& f, std::size_t size = 20) {
  std::vector<std::uint8_t> payload{
      static_cast<std::uint8_t>(0xa0 | (f.key ? 0 : 0x40) | (f.start ? 0x08 : 0) |
                                (f.end ? 0x04 : 0) | (f.structure_layers > 0 ? 0x02 : 0) |
                                (f.unneeded_above ? 0x01 : 0)),
      static_cast<std::uint8_t>(0x80 | f.picture_id >> 8), static_cast<std::uint8_t>(f.picture_id),
      static_cast<std::uint8_t>(f.temporal_layer << 5 | (f.switching_up ? 0x10 : 0) |
                                f.spatial_layer << 1),
      3};  // TL0PICIDX
  if (f.structure_layers > 0) {
    payload.push_back(static_cast<std::uint8_t>((f.structure_layers - 1) << 5));
  }
  // frame_marker 2, profile 0, then show_existing_frame 0, frame_type
  payload.push_back(f.key && f.spatial_layer == 0 ? 0x80 : 0x84);
  payload.resize(std::max(size, payload.size()), 0xbb);
  return payload;
}

/// What an up track would hand to its down tracks.
inline CachedPacket cached(std::uint64_t extended_sequence, std::uint32_t timestamp,
                           std::span<const std::uint8_t> payload, bool marker = false) {
  const auto bytes =
      rtp_packet(static_cast<std::uint16_t>(extended_sequence), timestamp, payload, marker);
  CachedPacket packet;
  packet.extended_sequence = extended_sequence;
  packet.rtp_timestamp = timestamp;
  packet.size = static_cast<std::uint16_t>(bytes.size());
  packet.header_size = 12;
  packet.marker = marker;
  std::copy(bytes.begin(), bytes.end(), packet.bytes);
  return packet;
}

}  // namespace halcyon::mediad::testing
