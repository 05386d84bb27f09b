// One publisher, many receivers, one real mediad process: what does a forwarded packet cost? See
// README.md.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "bench/process_cpu.h"
#include "bench/sendmmsg_reference.h"
#include "common/clock/clock.h"
#include "common/ipc/ipc_connection.h"
#include "common/uv/process.h"
#include "mediad/rtp/rtp_header.h"
#include "mediad/rtp/rtp_packet.h"
#include "proto/media_to_signal.pb.h"
#include "proto/signal_to_media.pb.h"
#include "tests/peer/socket_peer.h"

namespace halcyon::bench {
namespace {

using mediad::SocketPeer;

constexpr std::uint8_t kPayloadType = 96;
constexpr Ssrc kPublisherSsrc{1};
constexpr std::uint64_t kUpTrack = 1;
constexpr std::uint64_t kPublisherTransport = 1'000'000;
constexpr TimeDelta kConnectLimit = TimeDelta::seconds(60);
constexpr std::size_t kSrtpTrailer = 10;

struct Options {
  std::string mediad;
  std::size_t receivers = 50;
  unsigned rate = 400;  // packets the publisher sends, 1/s
  unsigned burst = 1;   // packets the publisher sends at once, like those of a video frame
  unsigned seconds = 5;
  std::size_t size = 1'200;  // of an RTP packet, bytes
  bool json = false;
};

ipc::Codec vp8() {
  ipc::Codec codec;
  codec.set_name("VP8");
  codec.set_payload_type(kPayloadType);
  codec.set_clock_rate(90'000);
  codec.set_nack(true);
  codec.set_pli(true);
  codec.set_remb(true);
  return codec;
}

/// Plays signald for one worker, and all its clients.
class ForwardBench {
 public:
  explicit ForwardBench(Options options)
      : options_(std::move(options)),
        directory_(std::filesystem::temp_directory_path() /
                   ("halcyon-bench-" + std::to_string(::getpid()))),
        pace_(loop_, [this] { send_due(); }),
        step_(loop_, [this] { next_step(); }) {
    std::filesystem::create_directories(directory_);
    certificate_ = mediad::DtlsCertificate::generate(random_, wall_now()).value();
  }
  ~ForwardBench() {
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }

  int run() {
    const std::string path = (directory_ / "ipc.sock").string();
    auto listener = uv::UnixListener::listen(loop_, path, 0600,
                                             [this](auto stream) { on_worker(std::move(stream)); });
    if (!listener) return give_up(listener.error().message);
    auto worker =
        uv::ChildProcess::spawn(loop_,
                                {options_.mediad, "-ipc", path, "-name", "bench", "-announce",
                                 "127.0.0.1", "-no-tcp", "-log-level", "error"},
                                [this](int, int) { worker_gone(); });
    if (!worker) return give_up(worker.error().message);
    worker_ = std::move(*worker);
    deadline_ = monotonic_now() + kConnectLimit;
    step_.start_repeating(TimeDelta::millis(50));
    loop_.run();
    worker_->kill(SIGTERM);
    return status_;
  }

 private:
  enum class Phase { kConnecting, kWarmingUp, kMeasuring, kDraining };

  void on_worker(std::unique_ptr<uv::UnixStream> stream) {
    ipc_ = std::make_unique<IpcConnection>(
        std::move(stream),
        IpcConnection::Callbacks{.on_message = [this](std::string_view m) { on_message(m); },
                                 .on_closed = [this](const std::string&) { worker_gone(); }});
  }

  void on_message(std::string_view message) {
    ipc::MediaToSignal event;
    if (!event.ParseFromArray(message.data(), static_cast<int>(message.size()))) return;
    if (event.has_hello()) open_everything(event.hello());
  }

  void open_everything(const ipc::Hello& hello) {
    join_cpu_ns_ = first_thread_cpu_ns(worker_->pid());
    ipc::SignalToMedia welcome;
    welcome.mutable_welcome()->set_protocol_version(hello.protocol_version());
    send(welcome);
    const auto address =
        SocketAddress::parse(hello.candidates(0).endpoint().address(),
                             static_cast<std::uint16_t>(hello.candidates(0).endpoint().port()));
    const mediad::Fingerprint fingerprint{
        hello.fingerprint().algorithm(),
        {hello.fingerprint().digest().begin(), hello.fingerprint().digest().end()}};
    add_peer(kPublisherTransport, *address, fingerprint, SocketPeer::Media::kCounted);
    ipc::SignalToMedia up;
    up.mutable_open_up_track()->set_transport_id(kPublisherTransport);
    up.mutable_open_up_track()->set_track_id(kUpTrack);
    up.mutable_open_up_track()->set_kind(ipc::VIDEO);
    up.mutable_open_up_track()->add_ssrcs(kPublisherSsrc.value());
    *up.mutable_open_up_track()->add_codecs() = vp8();
    send(up);
    for (std::size_t i = 1; i <= options_.receivers; ++i) {
      // One of them decrypts, as proof that what is counted is media.
      add_peer(i, *address, fingerprint,
               i == 1 ? SocketPeer::Media::kDecrypted : SocketPeer::Media::kCounted);
      ipc::SignalToMedia down;
      down.mutable_open_down_track()->set_transport_id(i);
      down.mutable_open_down_track()->set_track_id(100'000 + i);
      down.mutable_open_down_track()->set_source_track_id(kUpTrack);
      down.mutable_open_down_track()->set_ssrc(static_cast<std::uint32_t>(1'000 + i));
      *down.mutable_open_down_track()->mutable_codec() = vp8();
      send(down);
    }
  }

  void add_peer(std::uint64_t transport_id, const SocketAddress& worker,
                const mediad::Fingerprint& fingerprint, SocketPeer::Media media) {
    const mediad::IceCredentials theirs{random_.ice_chars(8), random_.ice_chars(24)};
    const mediad::IceCredentials ours{random_.ice_chars(8), random_.ice_chars(24)};
    ipc::SignalToMedia open;
    open.mutable_open_transport()->set_transport_id(transport_id);
    open.mutable_open_transport()->mutable_local()->set_ufrag(theirs.ufrag);
    open.mutable_open_transport()->mutable_local()->set_pwd(theirs.pwd);
    send(open);
    ipc::SignalToMedia remote;
    auto& r = *remote.mutable_set_remote();
    r.set_transport_id(transport_id);
    r.mutable_remote()->set_ufrag(ours.ufrag);
    r.mutable_remote()->set_pwd(ours.pwd);
    r.set_local_dtls_role(ipc::DTLS_CLIENT);
    const auto& own = certificate_->fingerprint();
    auto& f = *r.add_fingerprints();
    f.set_algorithm(own.algorithm);
    f.set_digest(own.digest.data(), own.digest.size());
    send(remote);
    peers_.push_back(
        std::make_unique<SocketPeer>(loop_, SocketPeer::Protocol::kUdp, worker,
                                     peer::PeerConfig{.local = ours,
                                                      .remote = theirs,
                                                      .dtls_role = mediad::DtlsRole::kServer,
                                                      .expected = {fingerprint},
                                                      .certificate = certificate_},
                                     random_, media));
  }

  void send(const ipc::SignalToMedia& command) { ipc_->send(command.SerializeAsString()); }

  void next_step() {
    const Timestamp now = monotonic_now();
    switch (phase_) {
      case Phase::kConnecting:
        if (peers_.size() == options_.receivers + 1 && all_connected()) {
          join_cpu_ns_ = first_thread_cpu_ns(worker_->pid()) - join_cpu_ns_;
          enter(Phase::kWarmingUp, TimeDelta::seconds(1));
          started_ = now;
          sent_ = 0;
          pace_.start_repeating(TimeDelta::millis(1));
        } else if (now > deadline_) {
          status_ = give_up("not all peers connected in time");
          loop_.stop();
        }
        return;
      case Phase::kWarmingUp:
        if (now < deadline_) return;
        begin_measurement();
        return enter(Phase::kMeasuring, TimeDelta::seconds(options_.seconds));
      case Phase::kMeasuring:
        if (now < deadline_) return;
        pace_.stop();
        cpu_ns_ = process_cpu_ns(worker_->pid()) - cpu_ns_;
        return enter(Phase::kDraining, TimeDelta::millis(500));
      case Phase::kDraining:
        if (now < deadline_) return;
        step_.stop();
        report();
        loop_.stop();
    }
  }

  void enter(Phase phase, TimeDelta span) {
    phase_ = phase;
    deadline_ = monotonic_now() + span;
  }

  bool all_connected() const {
    for (const auto& p : peers_) {
      if (!p->connected()) return false;
    }
    return true;
  }

  void begin_measurement() {
    cpu_ns_ = process_cpu_ns(worker_->pid());
    measured_from_ = sent_;
    received_before_ = received();
  }

  void send_due() {
    const auto due =
        static_cast<std::uint64_t>((monotonic_now() - started_).us()) * options_.rate / 1'000'000;
    while (sent_ + options_.burst <= due) {
      for (unsigned i = 0; i < options_.burst; ++i) send_packet();
    }
  }

  void send_packet() {
    constexpr std::size_t kHeader = 12;
    constexpr unsigned kPacketsPerFrame = 10;
    std::vector<std::uint8_t> payload(options_.size - kHeader, 0x42);
    const bool first = sent_ % kPacketsPerFrame == 0;
    payload[0] = first ? 0x10 : 0x00;
    payload[1] = sent_ == 0 ? 0x00 : 0x01;
    std::array<std::uint8_t, mediad::kMaxRtpPacket> packet;
    ByteWriter writer(packet);
    mediad::write_rtp_packet(
        writer,
        {.ssrc = kPublisherSsrc,
         .payload_type = kPayloadType,
         .sequence_number = static_cast<std::uint16_t>(sent_),
         .timestamp = static_cast<std::uint32_t>(sent_ / kPacketsPerFrame * 3'000),
         .marker = sent_ % kPacketsPerFrame == kPacketsPerFrame - 1},
        payload);
    if (peers_.front()->transport().send_rtp(writer.written())) peers_.front()->flush();
    ++sent_;
  }

  std::uint64_t received() const {
    std::uint64_t sum = 0;
    for (const auto& p : peers_) sum += p->received();
    return sum;
  }

  void report() {
    const std::uint64_t expected = (sent_ - measured_from_) * options_.receivers;
    const std::uint64_t got = received() - received_before_;
    const std::uint64_t lost = got < expected ? expected - got : 0;
    const double per_packet = static_cast<double>(cpu_ns_) / 1000.0 /
                              static_cast<double>(std::max<std::uint64_t>(got, 1));
    const double per_join =
        static_cast<double>(join_cpu_ns_) / 1000.0 / static_cast<double>(peers_.size());
    const double reference =
        sendmmsg_us_per_packet(options_.receivers, options_.size + kSrtpTrailer);
    if (peers_[1]->received_rtp().empty()) {
      status_ = give_up("what arrived could not be decrypted");
      return;
    }
    if (options_.json) {
      fmt::print(
          "{{\"receivers\":{},\"burst\":{},\"forwarded\":{},\"lost\":{},\"us_per_packet\":{:.3f},"
          "\"reference_us_per_packet\":{:.3f},\"ratio\":{:.3f},\"us_per_join\":{:.0f}}}\n",
          options_.receivers, options_.burst, got, lost, per_packet, reference,
          per_packet / reference, per_join);
      return;
    }
    fmt::print("receivers {}   publisher {} packets/s of {} bytes, {} at once   {} s\n",
               options_.receivers, options_.rate, options_.size, options_.burst, options_.seconds);
    fmt::print("forwarded {} packets   lost {}   mediad used {:.2f} s of CPU\n", got, lost,
               static_cast<double>(cpu_ns_) / 1e9);
    fmt::print("mediad:        {:.2f} us of CPU per forwarded packet\n", per_packet);
    fmt::print(
        "bare sendmmsg: {:.2f} us per packet on this machine, same size and number of receivers\n",
        reference);
    fmt::print("ratio:         {:.2f}\n", per_packet / reference);
    fmt::print("join:          {:.0f} us of CPU on the thread for packets\n", per_join);
  }

  void worker_gone() {
    if (phase_ == Phase::kDraining) return;
    status_ = give_up("mediad ended");
    loop_.stop();
  }

  static int give_up(const std::string& reason) {
    fmt::print(stderr, "bench_forward: {}\n", reason);
    return 1;
  }

  Options options_;
  std::filesystem::path directory_;
  SecureRandom random_;
  std::shared_ptr<const mediad::DtlsCertificate> certificate_;
  int status_ = 0;
  Phase phase_ = Phase::kConnecting;
  Timestamp deadline_;
  Timestamp started_;
  std::uint64_t sent_ = 0;
  std::uint64_t measured_from_ = 0;
  std::uint64_t received_before_ = 0;
  std::uint64_t cpu_ns_ = 0;
  std::uint64_t join_cpu_ns_ = 0;  // of the thread for packets, for all joins together
  uv::Loop loop_;
  uv::Timer pace_;
  uv::Timer step_;
  std::unique_ptr<uv::ChildProcess> worker_;
  std::unique_ptr<IpcConnection> ipc_;
  std::vector<std::unique_ptr<SocketPeer>> peers_;
};

}  // namespace
}  // namespace halcyon::bench

int main(int argc, char** argv) {
  halcyon::bench::Options options;
  options.mediad = (std::filesystem::path(argv[0]).parent_path() / "../mediad/mediad").string();
  CLI::App app("What a packet forwarded by mediad costs");
  app.add_option("--mediad", options.mediad, "The worker's program");
  app.add_option("--receivers", options.receivers, "Receivers of the one publisher")
      ->check(CLI::Range(1, 500));
  app.add_option("--rate", options.rate, "Packets a second from the publisher")
      ->check(CLI::Range(1, 100'000));
  app.add_option("--burst", options.burst, "Packets that the publisher sends at once")
      ->check(CLI::Range(1, 64));
  app.add_option("--seconds", options.seconds, "Length of the measurement")
      ->check(CLI::Range(1, 60));
  app.add_option("--size", options.size, "Bytes of an RTP packet")->check(CLI::Range(100, 1'400));
  app.add_flag("--json", options.json, "One line of JSON");
  CLI11_PARSE(app, argc, argv);
  return halcyon::bench::ForwardBench(std::move(options)).run();
}
