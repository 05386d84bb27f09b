#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "common/result/result.h"
#include "common/units/time.h"
#include "mediad/codec/codec.h"
#include "mediad/rtp/rtp_packet.h"
#include "mediad/track/layer_info.h"

namespace halcyon::mediad {

/// A decrypted packet as it is forwarded: the fixed header and CSRCs as they came, header
/// extensions taken out.
struct CachedPacket {
  std::uint64_t extended_sequence =
      0;  // unwrapped, so that late and early can be told apart for ever
  Timestamp arrival;
  std::uint32_t rtp_timestamp = 0;
  std::uint16_t size = 0;        // of bytes, header included
  std::uint8_t header_size = 0;  // 12 + 4 x CSRC count
  bool marker = false;
  Keyframe keyframe = Keyframe::kUnknown;  // does it start one
  std::optional<LayerInfo> layers;         // nullopt: the payload descriptor is malformed
  std::uint8_t bytes[kMaxRtpPacket];

  std::uint16_t sequence_number() const { return static_cast<std::uint16_t>(extended_sequence); }
  std::span<const std::uint8_t> packet() const { return {bytes, size}; }
  std::span<const std::uint8_t> payload() const { return packet().subspan(header_size); }
};

enum class CacheRefusal { kDuplicate, kTooOld };

/// The last packets of a track, found by sequence number in one step: a ring in which each number
/// has its own place. Allocates only when built and when resized.
class PacketCache {
 public:
  /// What a cache holds at first and at least: half a second of ordinary video or audio.
  static constexpr std::size_t kMinVideoPackets = 128;
  static constexpr std::size_t kMinAudioPackets = 24;
  /// 1.5 MB; at 10 Mbit/s of full packets this is more than a second.
  static constexpr std::size_t kMaxPackets = 1024;

  explicit PacketCache(std::size_t capacity);

  /// The place for a packet, to be filled by the caller, who may not claim a number he cannot fill.
  /// It holds the number and is otherwise as the last packet left it.
  Result<CachedPacket*, CacheRefusal> claim(std::uint64_t extended_sequence);
  /// Null if it never came or was overwritten.
  const CachedPacket* find(std::uint64_t extended_sequence) const;

  /// The lowest number that claim() would take; 0 before the first packet. Never falls, so that no
  /// number is taken twice.
  std::uint64_t oldest_acceptable() const;
  std::uint64_t highest() const { return highest_; }
  std::size_t capacity() const { return capacity_; }
  /// Keeps the newest packets that fit. Pointers given out before are no longer valid.
  void resize(std::size_t capacity);

 private:
  CachedPacket& slot(std::uint64_t extended_sequence) {
    return slots_[extended_sequence % capacity_];
  }

  std::size_t capacity_;
  std::uint64_t highest_ = 0;  // 0: empty
  std::uint64_t floor_ = 0;    // numbers below it may have been here and are forgotten
  std::unique_ptr<CachedPacket[]> slots_;
};

}  // namespace halcyon::mediad
