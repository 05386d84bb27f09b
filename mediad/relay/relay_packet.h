#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "common/ids/media_ids.h"
#include "common/result/result.h"

namespace halcyon::mediad {

enum class RelayKind : std::uint8_t { kRtp = 1, kRtcp = 2 };

enum class RelayError { kTooShort, kWrongVersion, kUnknownKind };

/// What stands in front of each RTP or RTCP packet between two workers:
///
///      0                   1                   2                   3
///     +---------------+---------------+---------------+---------------+
///     |  version = 1  |     kind      |  track index  |       0       |
///     +---------------+---------------+---------------+---------------+
///     |                  relay id, 64 random bits,                    |
///     |                  known to the two ends only                   |
///     +---------------------------------------------------------------+
struct RelayHeader {
  RelayId id;
  RelayKind kind = RelayKind::kRtp;
  std::uint8_t track_index = 0;
};

inline constexpr std::uint8_t kRelayVersion = 1;
inline constexpr std::size_t kRelayHeaderSize = 12;

struct RelayPacket {
  RelayHeader header;
  std::span<std::uint8_t> payload;  // borrows from the datagram
};

/// `out` has at least kRelayHeaderSize bytes.
void write_relay_header(const RelayHeader& header, std::span<std::uint8_t> out);
Result<RelayPacket, RelayError> parse_relay_packet(std::span<std::uint8_t> datagram);

}  // namespace halcyon::mediad
