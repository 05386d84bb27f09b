#include "mediad/net/worker.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "common/clock/clock.h"
#include "common/ipc/ipc_connection.h"
#include "mediad/rtp/rtp_header.h"
#include "tests/peer/socket_peer.h"

namespace halcyon::mediad {
namespace {

constexpr TimeDelta kLimit = TimeDelta::seconds(30);
constexpr Ssrc kPublished{100};
constexpr Ssrc kForwarded{200};

/// A worker and signald's end of its socket on one loop, with a limit in time instead of sleeps.
struct World {
  SecureRandom random;
  uv::Loop loop;
  std::string directory;
  DropCounters drops;
  std::unique_ptr<uv::UnixListener> listener;
  std::unique_ptr<IpcConnection> ipc;
  std::vector<ipc::Hello> hellos;
  std::vector<ipc::MediaToSignal> events;
  std::function<void()> step;  // asked often; stops the loop by worker's own means or stop()
  bool timed_out = false;
  uv::Timer poll{loop, [this] {
                   if (step) step();
                 }};
  uv::Timer limit{loop, [this] {
                    timed_out = true;
                    loop.stop();
                  }};
  std::shared_ptr<const DtlsCertificate> certificate =
      DtlsCertificate::generate(random, wall_now()).value();
  std::unique_ptr<Worker> worker;

  explicit World(bool keep_retrying = false) {
    char path[] = "/tmp/halcyon-worker-XXXXXX";
    REQUIRE(::mkdtemp(path) != nullptr);
    directory = path;
    listen();
    auto sockets = open_sockets(0, std::nullopt, true, drops);
    REQUIRE(sockets);
    worker = std::make_unique<Worker>(
        loop,
        Worker::Config{.ipc_path = socket_path(),
                       .name = "7",
                       .announced = {*SocketAddress::parse("127.0.0.1", 0)},
                       .keep_retrying = keep_retrying},
        std::move(*sockets), certificate, drops);
    poll.start_repeating(TimeDelta::millis(2));
    limit.start_once(kLimit);
  }
  ~World() {
    worker.reset();
    ipc.reset();
    listener.reset();
    ::rmdir(directory.c_str());
  }

  std::string socket_path() const { return directory + "/ipc.sock"; }
  void listen() {
    listener = uv::UnixListener::listen(
                   loop, socket_path(), 0600,
                   [this](std::unique_ptr<uv::UnixStream> stream) {
                     ipc = std::make_unique<IpcConnection>(
                         std::move(stream),
                         IpcConnection::Callbacks{
                             .on_message = [this](std::string_view m) { on_message(m); },
                             .on_closed = [this](const std::string&) { ipc.reset(); }});
                   })
                   .value();
  }
  void on_message(std::string_view message) {
    ipc::MediaToSignal event;
    REQUIRE(event.ParseFromArray(message.data(), static_cast<int>(message.size())));
    if (event.has_hello()) {
      hellos.push_back(event.hello());
      ipc::SignalToMedia welcome;
      welcome.mutable_welcome()->set_protocol_version(1);
      command(welcome);
    }
    events.push_back(std::move(event));
  }
  void command(const ipc::SignalToMedia& c) { ipc->send(c.SerializeAsString()); }

  /// Runs the worker until it leaves, asking `s` in between; its exit status, or -1 when time ran
  /// out.
  int run(std::function<void()> s) {
    step = std::move(s);
    const int status = worker->run();
    return timed_out ? -1 : status;
  }
  bool has_event(const std::function<bool(const ipc::MediaToSignal&)>& predicate) const {
    for (const auto& e : events) {
      if (predicate(e)) return true;
    }
    return false;
  }
  SocketAddress candidate(ipc::HostCandidate::Protocol protocol) const {
    for (const auto& c : hellos.front().candidates()) {
      if (c.protocol() != protocol) continue;
      return *SocketAddress::parse(c.endpoint().address(),
                                   static_cast<std::uint16_t>(c.endpoint().port()));
    }
    return {};
  }

  std::unique_ptr<SocketPeer> connect(std::uint64_t transport_id, SocketPeer::Protocol protocol) {
    const IceCredentials theirs{"worker" + std::to_string(transport_id), random.ice_chars(24)};
    const IceCredentials ours{"peer" + std::to_string(transport_id), random.ice_chars(24)};
    ipc::SignalToMedia open;
    open.mutable_open_transport()->set_transport_id(transport_id);
    open.mutable_open_transport()->mutable_local()->set_ufrag(theirs.ufrag);
    open.mutable_open_transport()->mutable_local()->set_pwd(theirs.pwd);
    command(open);
    ipc::SignalToMedia remote;
    remote.mutable_set_remote()->set_transport_id(transport_id);
    remote.mutable_set_remote()->set_local_dtls_role(ipc::DTLS_SERVER);
    auto& f = *remote.mutable_set_remote()->add_fingerprints();
    f.set_algorithm(certificate->fingerprint().algorithm);
    f.set_digest(certificate->fingerprint().digest.data(),
                 certificate->fingerprint().digest.size());
    command(remote);
    const auto& hello = hellos.front();
    const bool tcp = protocol == SocketPeer::Protocol::kTcp;
    return std::make_unique<SocketPeer>(
        loop, protocol, candidate(tcp ? ipc::HostCandidate::TCP_PASSIVE : ipc::HostCandidate::UDP),
        peer::PeerConfig{.local = ours,
                         .remote = theirs,
                         .dtls_role = DtlsRole::kClient,
                         .expected = {{hello.fingerprint().algorithm(),
                                       {hello.fingerprint().digest().begin(),
                                        hello.fingerprint().digest().end()}}},
                         .certificate = certificate},
        random);
  }
};

ipc::Codec opus() {
  ipc::Codec codec;
  codec.set_name("opus");
  codec.set_payload_type(111);
  codec.set_clock_rate(48'000);
  codec.set_channels(2);
  return codec;
}

void open_tracks(World& w) {
  ipc::SignalToMedia up;
  up.mutable_open_up_track()->set_transport_id(1);
  up.mutable_open_up_track()->set_track_id(10);
  up.mutable_open_up_track()->set_kind(ipc::AUDIO);
  *up.mutable_open_up_track()->add_codecs() = opus();
  w.command(up);
  ipc::SignalToMedia down;
  down.mutable_open_down_track()->set_transport_id(2);
  down.mutable_open_down_track()->set_track_id(20);
  down.mutable_open_down_track()->set_source_track_id(10);
  down.mutable_open_down_track()->set_ssrc(kForwarded.value());
  *down.mutable_open_down_track()->mutable_codec() = opus();
  w.command(down);
}

void send_audio(SocketPeer& peer, std::uint16_t sequence_number) {
  std::array<std::uint8_t, 200> packet;
  ByteWriter writer(packet);
  const std::vector<std::uint8_t> payload(50, 1);
  write_rtp_packet(writer,
                   {.ssrc = kPublished, .payload_type = 111, .sequence_number = sequence_number},
                   payload);
  peer.transport().send_rtp(writer.written());
  peer.flush();
}

TEST_CASE(
    "a worker introduces itself with its candidates, and leaves at SIGTERM when it has nothing to "
    "move") {
  World w;
  bool asked = false;
  const int status = w.run([&] {
    if (w.hellos.empty() || asked) return;
    asked = true;
    ::raise(SIGTERM);
  });
  CHECK(status == 0);
  REQUIRE(w.hellos.size() == 1);
  const auto& hello = w.hellos.front();
  CHECK(hello.worker_name() == "7");
  CHECK(hello.pid() == static_cast<std::uint32_t>(::getpid()));
  CHECK(hello.fingerprint().digest().size() == 32);
  CHECK(w.candidate(ipc::HostCandidate::UDP).port() != 0);
  CHECK(w.candidate(ipc::HostCandidate::TCP_PASSIVE).port() != 0);
  CHECK(hello.relay().address() == "127.0.0.1");
}

TEST_CASE("media flow from a peer on TCP to a peer on UDP and the other way round") {
  for (const auto publisher_by : {SocketPeer::Protocol::kTcp, SocketPeer::Protocol::kUdp}) {
    World w;
    const auto receiver_by = publisher_by == SocketPeer::Protocol::kTcp
                                 ? SocketPeer::Protocol::kUdp
                                 : SocketPeer::Protocol::kTcp;
    std::unique_ptr<SocketPeer> publisher;
    std::unique_ptr<SocketPeer> receiver;
    std::uint16_t sequence_number = 0;
    const int status = w.run([&] {
      if (w.hellos.empty()) return;
      if (!publisher) {
        publisher = w.connect(1, publisher_by);
        receiver = w.connect(2, receiver_by);
        open_tracks(w);
      }
      if (!publisher->connected() || !receiver->connected()) return;
      if (receiver->received_rtp().size() >= 20) {
        ::raise(SIGTERM);
        w.ipc.reset();  // signald does not move anything: the worker must not wait for it
        return;
      }
      send_audio(*publisher, sequence_number++);
    });
    CHECK(status == 0);
    REQUIRE(receiver);
    CHECK(receiver->received_rtp().size() >= 20);
    CHECK(w.has_event([](const auto& e) { return e.has_up_track_started(); }));
    receiver.reset();
    publisher.reset();
  }
}

TEST_CASE("a TCP connection that speaks another protocol is closed") {
  World w;
  std::unique_ptr<SocketPeer> stranger;
  const int status = w.run([&] {
    if (w.hellos.empty()) return;
    if (!stranger) {
      stranger = w.connect(1, SocketPeer::Protocol::kTcp);
      const std::string http = "GET / HTTP/1.1\r\n\r\n";
      stranger->send_raw({reinterpret_cast<const std::uint8_t*>(http.data()), http.size()});
    }
    if (!stranger->closed_by_worker()) return;
    w.ipc.reset();
    ::raise(SIGTERM);
  });
  CHECK(status == 0);
  stranger.reset();
}

TEST_CASE("a worker that loses signald connects again and says what it still has") {
  World w(true);
  bool opened = false;
  bool lost = false;
  const int status = w.run([&] {
    if (w.hellos.size() == 1 && !opened) {
      opened = true;
      ipc::SignalToMedia open;
      open.mutable_open_transport()->set_transport_id(1);
      open.mutable_open_transport()->mutable_local()->set_ufrag("ufrag");
      open.mutable_open_transport()->mutable_local()->set_pwd("password");
      w.command(open);
      // An answer to this says that the one before has been done.
      open.mutable_open_transport()->set_transport_id(2);
      w.command(open);
    }
    if (!lost && w.has_event([](const auto& e) { return e.has_command_failed(); })) {
      lost = true;
      w.ipc.reset();
    }
    if (w.hellos.size() == 2) {
      ::raise(SIGTERM);
      ::raise(SIGTERM);
    }
  });
  CHECK(status == 0);
  REQUIRE(w.hellos.size() == 2);
  CHECK(w.hellos[0].worker_instance() == w.hellos[1].worker_instance());
  CHECK(w.hellos[0].transports() == 0);
  CHECK(w.hellos[1].transports() == 1);
}

TEST_CASE("a draining worker asks signald and leaves when the last transport is closed") {
  World w;
  int phase = 0;
  const int status = w.run([&] {
    if (phase == 0 && !w.hellos.empty()) {
      phase = 1;
      ipc::SignalToMedia open;
      open.mutable_open_transport()->set_transport_id(1);
      open.mutable_open_transport()->mutable_local()->set_ufrag("ufrag");
      open.mutable_open_transport()->mutable_local()->set_pwd("password");
      w.command(open);
      open.mutable_open_transport()->set_transport_id(2);
      w.command(open);
    } else if (phase == 1 && w.has_event([](const auto& e) { return e.has_command_failed(); })) {
      phase = 2;
      ::raise(SIGTERM);
    } else if (phase == 2 && w.has_event([](const auto& e) { return e.has_drain_requested(); })) {
      phase = 3;
      ipc::SignalToMedia c;
      c.mutable_drain();
      w.command(c);
      c.mutable_close_transport()->set_transport_id(1);
      w.command(c);
    }
  });
  CHECK(status == 0);
  CHECK(phase == 3);
}

TEST_CASE("without signald a worker that may not wait gives up with status 1") {
  World w;
  w.listener.reset();
  CHECK(w.run({}) == 1);
}

TEST_CASE("a port that is taken is named in the error") {
  DropCounters drops;
  const auto first = open_sockets(0, std::nullopt, true, drops);
  REQUIRE(first);
  const auto second = open_sockets(first->peers->port(), std::nullopt, true, drops);
  REQUIRE_FALSE(second);
  CHECK(second.error().message.find(std::to_string(first->peers->port())) != std::string::npos);
}

}  // namespace
}  // namespace halcyon::mediad
