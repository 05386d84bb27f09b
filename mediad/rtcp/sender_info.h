#pragma once

#include <cstdint>

#include "common/ids/media_ids.h"

namespace halcyon::mediad {

/// The sender information of an SR (RFC 3550 6.4.1).
struct SenderInfo {
  Ssrc ssrc;
  std::uint64_t ntp = 0;  // 32.32 fixed point, seconds since 1900
  std::uint32_t rtp_timestamp = 0;
  std::uint32_t packet_count = 0;
  std::uint32_t octet_count = 0;  // payload only
};

}  // namespace halcyon::mediad
