#include "mediad/net/handshake_thread.h"

#include <chrono>
#include <utility>

#include "common/clock/clock.h"

namespace halcyon::mediad {

HandshakeThread::HandshakeThread(uv::Loop& loop, std::shared_ptr<const DtlsCertificate> certificate,
                                 std::function<void()> results_ready)
    : certificate_(std::move(certificate)),
      results_ready_(loop, std::move(results_ready)),
      thread_([this] { run(); }) {}

HandshakeThread::~HandshakeThread() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  job_ready_.notify_one();
  thread_.join();
}

void HandshakeThread::start(TransportId id, DtlsRole role, std::vector<Fingerprint> expected) {
  submit({id, Start{role, std::move(expected)}});
}

bool HandshakeThread::feed(TransportId id, std::span<const std::uint8_t> datagram) {
  {
    const std::lock_guard lock(mutex_);
    if (queued_datagrams_ == kMaxQueuedHandshakeDatagrams) return false;
    ++queued_datagrams_;
  }
  submit({id, Feed{{datagram.begin(), datagram.end()}}});
  return true;
}

void HandshakeThread::stop(TransportId id) { submit({id, Stop{}}); }

void HandshakeThread::retire(SrtpSession session) {
  submit({TransportId(), Retire{std::move(session)}});
}

void HandshakeThread::submit(Job job) {
  {
    const std::lock_guard lock(mutex_);
    jobs_.push_back(std::move(job));
  }
  job_ready_.notify_one();
}

std::size_t HandshakeThread::queued() {
  const std::lock_guard lock(mutex_);
  return queued_datagrams_;
}

std::vector<HandshakeResult> HandshakeThread::take_results() {
  const std::lock_guard lock(mutex_);
  return std::exchange(results_, {});
}

void HandshakeThread::run() {
  SrtpSession::prepare_library();
  while (true) {
    std::optional<Job> job = wait_for_job();
    if (ending_) return;
    if (job) handle(*job);
    handle_timeouts();
  }
}

std::optional<HandshakeThread::Job> HandshakeThread::wait_for_job() {
  std::unique_lock lock(mutex_);
  const auto ready = [this] { return ending_ || !jobs_.empty(); };
  if (wakes_.empty()) {
    job_ready_.wait(lock, ready);
  } else {
    const TimeDelta rest = wakes_.top().at - monotonic_now();
    if (rest > TimeDelta::zero())
      job_ready_.wait_for(lock, std::chrono::microseconds(rest.us()), ready);
  }
  if (jobs_.empty()) return std::nullopt;
  Job job = std::move(jobs_.front());
  jobs_.pop_front();
  if (std::holds_alternative<Feed>(job.what)) --queued_datagrams_;
  return job;
}

void HandshakeThread::handle(Job& job) {
  if (auto* start = std::get_if<Start>(&job.what)) {
    sessions_.erase(job.id);
    sessions_.emplace(
        job.id, Session{DtlsSession(certificate_, start->role, std::move(start->expected), random_,
                                    monotonic_now())});
  } else if (std::holds_alternative<Stop>(job.what)) {
    sessions_.erase(job.id);
    return;
  } else if (std::holds_alternative<Retire>(job.what)) {
    return;
  }
  const auto it = sessions_.find(job.id);
  if (it == sessions_.end()) return;
  if (const auto* feed = std::get_if<Feed>(&job.what)) {
    it->second.dtls.handle_datagram(feed->datagram, monotonic_now());
  }
  drain(job.id, it->second);
}

void HandshakeThread::handle_timeouts() {
  while (!wakes_.empty() && wakes_.top().at <= monotonic_now()) {
    const Wake wake = wakes_.top();
    wakes_.pop();
    const auto it = sessions_.find(wake.id);
    if (it == sessions_.end() || it->second.wake != wake.at) continue;
    it->second.wake = Timestamp::never();
    if (it->second.dtls.next_deadline() <= wake.at) it->second.dtls.handle_timeout(monotonic_now());
    drain(wake.id, it->second);
  }
}

void HandshakeThread::drain(TransportId id, Session& session) {
  bool any = false;
  while (auto output = session.dtls.poll_output()) {
    HandshakeResult result = make_handshake_result(id, std::move(*output));
    const std::lock_guard lock(mutex_);
    results_.push_back(std::move(result));
    any = true;
  }
  // Later deadlines wait for the earlier wake-up, so that the queue grows with sessions and not
  // with datagrams.
  const Timestamp deadline = session.dtls.next_deadline();
  if (deadline < session.wake) {
    session.wake = deadline;
    wakes_.push({deadline, id});
  }
  if (any) results_ready_.wake();
}

}  // namespace halcyon::mediad
