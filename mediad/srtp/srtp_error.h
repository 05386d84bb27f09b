#pragma once

#include <cstddef>

namespace halcyon::mediad {

enum class SrtpError { kAuthentication, kReplay, kMalformed, kNoRoom, kInternal };

/// What SRTP and SRTCP add to a packet at most: a tag of 10 bytes, and for SRTCP its index of 4.
inline constexpr std::size_t kSrtpMaxTrailer = 16;
/// A sequence number this far behind the newest one can still be sent again; packet caches are
/// smaller.
inline constexpr unsigned long kSrtpSendWindow = 4096;
/// Late retransmissions arrive far behind (spec media.md 7.4).
inline constexpr unsigned long kSrtpReplayWindow = 512;

}  // namespace halcyon::mediad
