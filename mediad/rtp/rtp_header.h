#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "common/bytes/byte_writer.h"
#include "common/ids/media_ids.h"

namespace halcyon::mediad {

/// One header extension element to write.
struct RtpExtension {
  std::uint8_t id = 0;  // 1..14, with a content of 1..16 bytes, fits the one-byte form (RFC 8285)
  std::span<const std::uint8_t> content;
};

/// What write_rtp_packet() needs to know. Borrows the spans.
struct RtpHeader {
  Ssrc ssrc;
  std::uint8_t payload_type = 0;
  std::uint16_t sequence_number = 0;
  std::uint32_t timestamp = 0;
  bool marker = false;
  std::span<const Ssrc> csrcs;               // at most 15
  std::span<const RtpExtension> extensions;  // two-byte form as soon as one needs it
};

/// Appends a whole packet (RFC 3550 5.1). `padding` bytes, 0 or 1..255, follow the payload. False
/// if it did not fit.
bool write_rtp_packet(ByteWriter& writer, const RtpHeader& header,
                      std::span<const std::uint8_t> payload, std::uint8_t padding = 0);

/// Changes of a packet in place. The packet has at least a fixed header.
void set_rtp_payload_type(std::span<std::uint8_t> packet, std::uint8_t payload_type);
void set_rtp_marker(std::span<std::uint8_t> packet, bool marker);
void set_rtp_sequence_number(std::span<std::uint8_t> packet, std::uint16_t sequence_number);
void set_rtp_ssrc(std::span<std::uint8_t> packet, Ssrc ssrc);

}  // namespace halcyon::mediad
