#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "common/ids/media_ids.h"
#include "common/result/result.h"

namespace halcyon::mediad {

/// Largest RTP packet taken in or sent, SRTP trailer not counted: what fits an Ethernet frame.
inline constexpr std::size_t kMaxRtpPacket = 1472;

enum class RtpError { kTooShort, kWrongVersion, kBadExtension, kBadPadding };

/// RFC 7983 and RFC 5761 4: RTP or RTCP behind one port?
inline bool is_rtp_or_rtcp(std::span<const std::uint8_t> d) {
  return !d.empty() && d[0] >= 128 && d[0] <= 191;
}
inline bool is_rtcp(std::span<const std::uint8_t> d) {
  return d.size() >= 2 && d[1] >= 192 && d[1] <= 223;
}

/// A parsed RTP packet (RFC 3550 5.1, header extensions RFC 8285). Borrows the bytes.
class RtpPacketView {
 public:
  static Result<RtpPacketView, RtpError> parse(std::span<const std::uint8_t> bytes);

  bool marker() const { return marker_; }
  std::uint8_t payload_type() const { return payload_type_; }
  std::uint16_t sequence_number() const { return sequence_number_; }
  std::uint32_t timestamp() const { return timestamp_; }
  Ssrc ssrc() const { return ssrc_; }
  std::size_t header_size() const { return header_size_; }  // with CSRCs and extensions
  std::size_t padding_size() const { return padding_size_; }
  std::span<const std::uint8_t> payload() const {
    return bytes_.subspan(header_size_, bytes_.size() - header_size_ - padding_size_);
  }
  std::span<const std::uint8_t> bytes() const { return bytes_; }
  /// Content of a one-byte or two-byte header extension element; empty if absent. Id 0 is never
  /// present.
  std::span<const std::uint8_t> extension(std::uint8_t id) const;

 private:
  std::span<const std::uint8_t> bytes_;
  std::span<const std::uint8_t> extensions_;
  std::uint16_t extension_profile_ = 0;
  std::uint16_t sequence_number_ = 0;
  std::uint32_t timestamp_ = 0;
  Ssrc ssrc_;
  std::size_t header_size_ = 0;
  std::size_t padding_size_ = 0;
  std::uint8_t payload_type_ = 0;
  bool marker_ = false;
};

}  // namespace halcyon::mediad
