#include "mediad/rtp/rtp_header.h"

#include <algorithm>

#include "common/check/check.h"

namespace halcyon::mediad {
namespace {

constexpr std::size_t kMaxCsrcs = 15;
constexpr std::uint16_t kOneByteProfile = 0xbede;
constexpr std::uint16_t kTwoByteProfile = 0x1000;

bool fits_one_byte_form(const RtpExtension& e) {
  return e.id < 15 && !e.content.empty() && e.content.size() <= 16;
}

void write_extensions(ByteWriter& w, std::span<const RtpExtension> extensions) {
  const bool one_byte = std::all_of(extensions.begin(), extensions.end(), fits_one_byte_form);
  w.u16(one_byte ? kOneByteProfile : kTwoByteProfile);
  const std::size_t length_at = w.size();
  w.u16(0);
  const std::size_t begin = w.size();
  for (const RtpExtension& e : extensions) {
    if (one_byte) {
      w.u8(static_cast<std::uint8_t>(e.id << 4 | (e.content.size() - 1)));
    } else {
      w.u8(e.id);
      w.u8(static_cast<std::uint8_t>(e.content.size()));
    }
    w.bytes(e.content);
  }
  while ((w.size() - begin) % 4 != 0 && w.ok()) w.u8(0);
  w.patch_u16(length_at, static_cast<std::uint16_t>((w.size() - begin) / 4));
}

}  // namespace

bool write_rtp_packet(ByteWriter& w, const RtpHeader& header, std::span<const std::uint8_t> payload,
                      std::uint8_t padding) {
  check(header.csrcs.size() <= kMaxCsrcs);
  const unsigned flags = 0x80u | (padding > 0 ? 0x20u : 0u) |
                         (header.extensions.empty() ? 0u : 0x10u) |
                         static_cast<unsigned>(header.csrcs.size());
  w.u8(static_cast<std::uint8_t>(flags));
  w.u8(static_cast<std::uint8_t>((header.marker ? 0x80 : 0) | (header.payload_type & 0x7f)));
  w.u16(header.sequence_number);
  w.u32(header.timestamp);
  w.u32(header.ssrc.value());
  for (const Ssrc csrc : header.csrcs) w.u32(csrc.value());
  if (!header.extensions.empty()) write_extensions(w, header.extensions);
  w.bytes(payload);
  for (int i = 1; i < padding; ++i) w.u8(0);
  if (padding > 0) w.u8(padding);
  return w.ok();
}

void set_rtp_payload_type(std::span<std::uint8_t> packet, std::uint8_t payload_type) {
  packet[1] = static_cast<std::uint8_t>((packet[1] & 0x80) | (payload_type & 0x7f));
}

void set_rtp_marker(std::span<std::uint8_t> packet, bool marker) {
  packet[1] = static_cast<std::uint8_t>((packet[1] & 0x7f) | (marker ? 0x80 : 0));
}

void set_rtp_sequence_number(std::span<std::uint8_t> packet, std::uint16_t sequence_number) {
  ByteWriter w(packet.subspan(2, 2));
  w.u16(sequence_number);
}

void set_rtp_ssrc(std::span<std::uint8_t> packet, Ssrc ssrc) {
  ByteWriter w(packet.subspan(8, 4));
  w.u32(ssrc.value());
}

}  // namespace halcyon::mediad
