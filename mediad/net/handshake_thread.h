#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <queue>
#include <span>
#include <thread>
#include <unordered_map>
#include <variant>
#include <vector>

#include "common/random/random.h"
#include "common/units/time.h"
#include "common/uv/async.h"
#include "common/uv/loop.h"
#include "mediad/dtls/dtls_session.h"
#include "mediad/engine/handshake_runner.h"

namespace halcyon::mediad {

/// Datagrams that wait for the handshake thread. At four milliseconds each flight that is seconds
/// of work; DTLS repeats what is lost.
inline constexpr std::size_t kMaxQueuedHandshakeDatagrams = 2'000;

/// Runs all DTLS sessions of a worker on one thread of their own, and makes and destroys its SRTP
/// sessions there, so that a storm of handshakes delays no packet. Results are taken on the loop's
/// thread.
class HandshakeThread final : public HandshakeRunner {
 public:
  /// `results_ready` runs on the loop when take_results() has something.
  HandshakeThread(uv::Loop& loop, std::shared_ptr<const DtlsCertificate> certificate,
                  std::function<void()> results_ready);
  HandshakeThread(const HandshakeThread&) = delete;
  HandshakeThread& operator=(const HandshakeThread&) = delete;
  ~HandshakeThread() override;

  void start(TransportId id, DtlsRole role, std::vector<Fingerprint> expected) override;
  bool feed(TransportId id, std::span<const std::uint8_t> datagram) override;
  void stop(TransportId id) override;
  void retire(SrtpSession session) override;

  std::vector<HandshakeResult> take_results();
  /// Datagrams that wait for the thread.
  std::size_t queued();

 private:
  struct Start {
    DtlsRole role;
    std::vector<Fingerprint> expected;
  };
  struct Feed {
    std::vector<std::uint8_t> datagram;
  };
  struct Stop {};
  struct Retire {
    SrtpSession session;  // goes with the job
  };
  struct Job {
    TransportId id;
    std::variant<Start, Feed, Stop, Retire> what;
  };
  struct Wake {
    Timestamp at;
    TransportId id;
    bool operator<(const Wake& other) const { return at > other.at; }  // the earliest on top
  };

  struct Session {
    DtlsSession dtls;
    Timestamp wake = Timestamp::never();  // its entry in wakes_
  };

  void submit(Job job);
  // On the thread:
  void run();
  /// Nullopt when a session's deadline has come first.
  std::optional<Job> wait_for_job();
  void handle(Job& job);
  void handle_timeouts();
  void drain(TransportId id, Session& session);

  std::shared_ptr<const DtlsCertificate> certificate_;
  uv::Async results_ready_;

  std::atomic<bool> ending_ = false;
  std::mutex mutex_;  // guards the next four
  std::condition_variable job_ready_;
  std::deque<Job> jobs_;
  std::size_t queued_datagrams_ = 0;
  std::vector<HandshakeResult> results_;

  // The thread's own.
  SecureRandom random_;
  std::unordered_map<TransportId, Session> sessions_;
  std::priority_queue<Wake> wakes_;  // with stale entries: a session may have moved or be gone

  std::thread thread_;
};

}  // namespace halcyon::mediad
