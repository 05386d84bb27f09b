#pragma once

#include <cstdint>

#include "common/ids/media_ids.h"

namespace halcyon::mediad {

/// A report block of an SR or RR (RFC 3550 6.4.1).
struct ReportBlock {
  Ssrc ssrc;                         // the source it is about
  std::uint8_t fraction_lost = 0;    // in 1/256
  std::int32_t cumulative_lost = 0;  // 24 bits, signed
  std::uint32_t extended_highest_sequence = 0;
  std::uint32_t jitter = 0;               // in units of the RTP clock
  std::uint32_t last_sr = 0;              // middle 32 bits of the NTP time
  std::uint32_t delay_since_last_sr = 0;  // in 1/65536 s
};

}  // namespace halcyon::mediad
