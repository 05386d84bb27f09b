#include "mediad/rtcp/report_block_list.h"

#include <algorithm>

namespace halcyon::mediad {
namespace {

constexpr std::int32_t kMaxCumulative = 0x7fffff;
constexpr std::int32_t kMinCumulative = -0x800000;

}  // namespace

ReportBlock read_report_block(ByteReader& r) {
  ReportBlock block;
  block.ssrc = Ssrc{r.u32()};
  block.fraction_lost = r.u8();
  const auto lost = static_cast<std::int32_t>(r.u24());
  block.cumulative_lost = lost > kMaxCumulative ? lost - 0x1000000 : lost;
  block.extended_highest_sequence = r.u32();
  block.jitter = r.u32();
  block.last_sr = r.u32();
  block.delay_since_last_sr = r.u32();
  return block;
}

void write_report_block(ByteWriter& w, const ReportBlock& block) {
  w.u32(block.ssrc.value());
  w.u8(block.fraction_lost);
  const std::int32_t lost = std::clamp(block.cumulative_lost, kMinCumulative, kMaxCumulative);
  w.u24(static_cast<std::uint32_t>(lost) & 0xffffff);
  w.u32(block.extended_highest_sequence);
  w.u32(block.jitter);
  w.u32(block.last_sr);
  w.u32(block.delay_since_last_sr);
}

}  // namespace halcyon::mediad
