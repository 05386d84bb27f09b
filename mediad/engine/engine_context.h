#pragma once

#include <memory>
#include <vector>

#include "common/random/random.h"
#include "mediad/engine/deadline_queue.h"
#include "mediad/engine/drop_counters.h"
#include "mediad/engine/engine_counters.h"
#include "mediad/engine/handshake_runner.h"
#include "mediad/engine/ntp_clock.h"
#include "mediad/engine/send_batch.h"
#include "mediad/srtp/multi_buffer.h"
#include "proto/media_to_signal.pb.h"

namespace halcyon::mediad {

/// What all parts of one engine share: its outputs, its timers and its counters.
struct EngineContext {
  EngineContext(DatagramSink& peer_sink, DatagramSink& relay_sink, HandshakeRunner& runner,
                RandomSource& random_source, DropCounters& drop_counters, NtpClock clock)
      : handshakes(runner),
        random(random_source),
        drops(drop_counters),
        ntp(clock),
        to_peers(peer_sink, drops),
        to_relays(relay_sink, drops) {}

  HandshakeRunner& handshakes;
  RandomSource& random;
  DropCounters& drops;
  EngineCounters counters;
  NtpClock ntp;
  DeadlineQueue deadlines;
  /// Null where libsrtp does everything.
  std::unique_ptr<MultiBuffer> multi_buffer = MultiBuffer::create();
  SendBatch to_peers;
  SendBatch to_relays;
  /// For signald, taken by the driver after each call.
  std::vector<ipc::MediaToSignal> events;
};

}  // namespace halcyon::mediad
