#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "common/units/time.h"

namespace halcyon::mediad {

class MediaTransport;
struct Publication;

/// What is due. Also tells a log why the engine woke up.
enum class DeadlineReason : std::uint8_t {
  kIce,             // consent, connecting
  kReceiverReport,  // RR and REMB to a publisher
  kSenderReport,    // SR and SDES to a receiver
  kTrackFeedback,   // NACK and PLI of an up track
  kRelayReport,     // REMB to the worker at the other end of a relay
  kStatistics,
  kSignaldGone,  // transports without signald end
};

class DeadlineQueue;

/// Something that must happen at some moment; leaves its queue when destroyed. The queue must
/// outlive it.
class Deadline {
 public:
  Deadline(DeadlineQueue& queue, DeadlineReason reason, MediaTransport* transport)
      : queue_(queue), reason_(reason), transport_(transport) {}
  Deadline(DeadlineQueue& queue, DeadlineReason reason, Publication* publication)
      : queue_(queue), reason_(reason), publication_(publication) {}
  Deadline(DeadlineQueue& queue, DeadlineReason reason) : queue_(queue), reason_(reason) {}
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;
  ~Deadline();

  /// Comes up at this moment; never() cancels.
  void set(Timestamp at);
  /// Comes up at `at` or before. Costs nothing while an earlier moment is set, which makes it fit
  /// for every packet: the owner is asked once too often rather than the heap moved each time.
  void set_no_later_than(Timestamp at) {
    if (at < at_) set(at);
  }

  DeadlineReason reason() const { return reason_; }
  Timestamp at() const { return at_; }
  /// The owner, of which there is at most one.
  MediaTransport* transport() const { return transport_; }
  Publication* publication() const { return publication_; }

 private:
  friend class DeadlineQueue;
  DeadlineQueue& queue_;
  DeadlineReason reason_;
  MediaTransport* transport_ = nullptr;
  Publication* publication_ = nullptr;
  Timestamp at_ = Timestamp::never();
  std::size_t position_ = 0;  // in the heap, while at_ is not never
};

/// All deadlines of an engine: a binary heap whose entries know their places.
class DeadlineQueue {
 public:
  Timestamp next() const { return heap_.empty() ? Timestamp::never() : heap_.front()->at_; }
  /// Takes out the earliest one that has come, with its at() set to never; null if none has.
  Deadline* pop_due(Timestamp now);

 private:
  friend class Deadline;
  void insert(Deadline& d);
  void remove(Deadline& d);
  void moved(std::size_t position);
  void place(Deadline* d, std::size_t position);

  std::vector<Deadline*> heap_;
};

}  // namespace halcyon::mediad
