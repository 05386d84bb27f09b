#include "mediad/rtcp/remb.h"

#include <limits>

#include "common/check/check.h"

namespace halcyon::mediad {
namespace {

constexpr std::uint32_t kName = 0x52454d42;  // "REMB"
constexpr std::uint64_t kMaxMantissa = (1 << 18) - 1;
constexpr std::size_t kMaxSsrcs = 255;

std::uint64_t expand(std::uint64_t mantissa, unsigned exponent) {
  const std::uint64_t limit = std::numeric_limits<std::uint64_t>::max() >> exponent;
  return mantissa > limit ? std::numeric_limits<std::uint64_t>::max() : mantissa << exponent;
}

}  // namespace

Result<Remb, RtcpError> Remb::parse(const RtcpHeader& header) {
  ByteReader r(header.body);
  Remb remb;
  remb.sender = Ssrc{r.u32()};
  r.u32();  // media source, unused
  const std::uint32_t name = r.u32();
  const std::size_t count = r.u8();
  const std::uint32_t rate = r.u24();
  remb.bitrate = expand(rate & kMaxMantissa, rate >> 18);
  remb.ssrcs = SsrcList(r.bytes(count * 4));
  if (!r.ok() || name != kName) return make_unexpected(RtcpError::kBadContent);
  return remb;
}

bool write_remb(ByteWriter& w, Ssrc sender, std::uint64_t bitrate, std::span<const Ssrc> ssrcs) {
  check(ssrcs.size() <= kMaxSsrcs);
  std::uint32_t exponent = 0;
  while (bitrate >> exponent > kMaxMantissa) ++exponent;
  RtcpPacketWriter packet(w, RtcpType::kPayloadFeedback, kFmtApplicationLayer);
  w.u32(sender.value());
  w.u32(0);
  w.u32(kName);
  w.u8(static_cast<std::uint8_t>(ssrcs.size()));
  w.u24(exponent << 18 | static_cast<std::uint32_t>(bitrate >> exponent));
  for (const Ssrc ssrc : ssrcs) w.u32(ssrc.value());
  return packet.finish();
}

}  // namespace halcyon::mediad
