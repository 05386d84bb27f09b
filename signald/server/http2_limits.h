#pragma once

#include <cstddef>
#include <cstdint>

#include "signald/http/http_limits.h"

namespace halcyon::signald {

/// Requests at once on a connection. RFC 9113 6.5.2 recommends no less; our largest page needs 30.
inline constexpr std::uint32_t kMaxConcurrentStreams = 100;

/// What may be under way to us, per stream and on the whole connection. Only bodies of requests
/// count, which are descriptions of groups: a quarter of a megabyte in flight fills 20 Mbit/s at
/// 100 ms.
inline constexpr std::uint32_t kStreamWindow = 256u << 10;
inline constexpr std::int32_t kConnectionWindow = 1 << 20;

/// Unfinished bodies of all the streams of a connection together; whichever would exceed it is
/// answered with 503. Two of the largest bodies any handler takes.
inline constexpr std::size_t kMaxBodiesHeld = 2 * kMaxRequestBody;

/// What is in memory of answers that the client has not taken yet. As long as there is more, other
/// requests wait for their handlers, so that whoever asks much and reads nothing does not fill our
/// memory. Files are read as they are sent and do not count.
inline constexpr std::size_t kMaxAnswersHeld = 1u << 20;

/// Frames that wait to be sent, bodies of responses not counted. Beyond it we read nothing until
/// the client has read: one answer for every stream and as much again for acknowledgements and
/// resets.
inline constexpr std::size_t kMaxQueuedFrames = 2 * kMaxConcurrentStreams + 56;

/// RFC 9113 10.5: frames that are cheap to send and bring no request further (PING, SETTINGS,
/// PRIORITY, empty DATA and CONTINUATION, unknown ones, and resets by either side). A browser sends
/// some ten of them at the start and cancels a page full of requests at once; who sends more ends
/// with ENHANCE_YOUR_CALM.
inline constexpr std::int64_t kChoreBurst = 400;
inline constexpr std::int64_t kChoresPerSecond = 40;

/// A head of kMaxHead fits into the frame and one more, even if sent uncompressed in small pieces.
inline constexpr std::size_t kMaxContinuations = 8;

}  // namespace halcyon::signald
