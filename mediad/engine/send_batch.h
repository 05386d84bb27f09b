#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "mediad/engine/drop_counters.h"
#include "mediad/ice/ice_lite_session.h"
#include "mediad/srtp/srtp_session.h"

namespace halcyon::mediad {

/// How many datagrams are collected before some leave: the bursts of a dozen receivers. Measured:
/// 512 gain nothing more. Their memory, 0.2 MB, fits a core's second cache.
inline constexpr std::size_t kSendBatchSlots = 128;
/// The largest RTP packet with SRTP's trailer, or with a relay header, rounded up to a multiple of
/// a cache line.
inline constexpr std::size_t kSendSlotBytes = 1536;

struct OutgoingDatagram {
  TransportAddress to;
  std::span<const std::uint8_t> bytes;
};

/// Where full batches go. Called from inside the engine: must not call back into it.
class DatagramSink {
 public:
  virtual ~DatagramSink() = default;
  /// The bytes are borrowed until this returns.
  virtual void send(std::span<const OutgoingDatagram> datagrams) = 0;
};

enum class Protection : std::uint8_t { kNone, kRtp, kRtcp };

/// One datagram under construction. `srtp` is borrowed until the flush.
struct SendSlot {
  TransportAddress to;
  SrtpSession* srtp = nullptr;
  Protection protection = Protection::kNone;
  std::uint16_t size = 0;
  alignas(16) std::array<std::uint8_t, kSendSlotBytes> bytes;

  std::span<std::uint8_t> room() { return bytes; }
};

/// Datagrams on their way out: written into slots that are used again and again, protected
/// together, and sent together. No allocation after construction.
class SendBatch {
 public:
  SendBatch(DatagramSink& sink, DropCounters& drops);

  /// The next free slot's memory; the same one until commit(). Makes room by a flush when all are
  /// taken.
  std::span<std::uint8_t> next_slot();
  /// Queues what was written to next_slot(). With protection, `srtp` must outlive the next flush().
  void commit(const TransportAddress& to, std::size_t size,
              Protection protection = Protection::kNone, SrtpSession* srtp = nullptr);
  /// next_slot(), copy and commit().
  void add(const TransportAddress& to, std::span<const std::uint8_t> bytes);

  /// Protects and sends everything queued.
  void flush();

  std::uint64_t datagrams_sent() const { return datagrams_; }
  std::uint64_t bytes_sent() const { return bytes_; }

 private:
  DatagramSink& sink_;
  DropCounters& drops_;
  std::unique_ptr<std::array<SendSlot, kSendBatchSlots>> slots_;
  std::array<OutgoingDatagram, kSendBatchSlots> ready_;
  std::size_t used_ = 0;
  std::uint64_t datagrams_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace halcyon::mediad
