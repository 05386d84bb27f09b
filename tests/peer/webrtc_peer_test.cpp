#include "tests/peer/webrtc_peer.h"

#include <doctest/doctest.h>

#include <random>
#include <utility>

using namespace halcyon;
using namespace halcyon::mediad;
using namespace halcyon::peer;

namespace {

using Bytes = WebRtcPeer::Bytes;

std::shared_ptr<const DtlsCertificate> certificate(std::uint64_t seed) {
  SeededRandom random(seed);
  return DtlsCertificate::generate(random, WallTime{1'700'000'000'000'000}).value();
}

Bytes rtp(std::uint8_t sequence_number) {
  return {0x80, 96, 0, sequence_number, 0, 0, 0, 1, 0, 0, 0, 7, 'm', 'e', 'd', 'i', 'a'};
}
const Bytes kReport{0x80, 201, 0, 1, 0, 0, 0, 7};

const IceCredentials kServerIce{"serv", "theServersPasswordOf22"};
const IceCredentials kPeerIce{"peer", "thePeersPasswordOf22Ch"};

/// A transport of the server as its engine makes one: the three blocks and nothing else.
struct Server {
  Server(DtlsRole role, RandomSource& source)
      : ice(kServerIce, Timestamp()),
        dtls_role(role),
        random(source),
        own_certificate(certificate(1)),
        expected{certificate(2)->fingerprint()} {
    ice.set_remote_ufrag(kPeerIce.ufrag);
    if (role == DtlsRole::kServer) {
      dtls.emplace(own_certificate, role, expected, random, Timestamp());
    }
  }

  void handle_datagram(std::span<const std::uint8_t> datagram, const TransportAddress& from,
                       Timestamp now) {
    if (is_stun(datagram)) {
      const auto outcome = ice.handle_datagram(datagram, from, now);
      const auto answer = outcome ? outcome->response : ice.error_response();
      if (!answer.empty()) output.emplace_back(answer.begin(), answer.end());
      if (ice.selected() && !dtls) dtls.emplace(own_certificate, dtls_role, expected, random, now);
    } else if (is_dtls(datagram)) {
      if (dtls) dtls->handle_datagram(datagram, now);
    } else if (srtp) {
      Bytes packet(datagram.begin(), datagram.end());
      const bool is_report = packet[1] == 201;
      const auto size = is_report ? srtp->unprotect_rtcp(packet) : srtp->unprotect_rtp(packet);
      if (size) {
        packet.resize(*size);
        received.push_back(packet);
      }
    }
    drain();
  }

  void drain() {
    while (dtls) {
      const auto event = dtls->poll_output();
      if (!event) return;
      if (const auto* datagram = std::get_if<DtlsSession::Datagram>(&*event)) {
        output.push_back(datagram->bytes);
      } else if (const auto* connected = std::get_if<DtlsSession::Connected>(&*event)) {
        srtp.emplace(std::move(SrtpSession::create(connected->keys).value()));
      } else if (std::holds_alternative<DtlsSession::Closed>(*event)) {
        closed = true;
      }
    }
  }

  void send(Bytes packet, bool report) {
    const std::size_t size = packet.size();
    packet.resize(size + kSrtpMaxTrailer);
    packet.resize(
        (report ? srtp->protect_rtcp(packet, size) : srtp->protect_rtp(packet, size)).value());
    output.push_back(std::move(packet));
  }

  IceLiteSession ice;
  DtlsRole dtls_role;
  RandomSource& random;
  std::shared_ptr<const DtlsCertificate> own_certificate;
  std::vector<Fingerprint> expected;
  std::optional<DtlsSession> dtls;
  std::optional<SrtpSession> srtp;
  std::vector<Bytes> output;
  std::vector<Bytes> received;
  bool closed = false;
};

/// Peer and server joined by a network of 10 ms that loses a share of the datagrams.
class World {
 public:
  explicit World(DtlsRole peer_role, double loss = 0, std::uint64_t seed = 1,
                 bool controlling = true)
      : random_(seed),
        dice_(seed),
        loss_(loss),
        server(peer_role == DtlsRole::kClient ? DtlsRole::kServer : DtlsRole::kClient, random_),
        peer({kPeerIce,
              kServerIce,
              peer_role,
              {certificate(1)->fingerprint()},
              certificate(2),
              controlling},
             random_, Timestamp()) {}

  void run(TimeDelta duration) {
    const Timestamp end = now_ + duration;
    collect();
    for (;;) {
      Timestamp next = std::min(peer.next_deadline(), server.ice.next_deadline());
      if (server.dtls) next = std::min(next, server.dtls->next_deadline());
      for (const Flying& f : flying_) next = std::min(next, f.arrival);
      if (next > end) break;
      REQUIRE(next >= now_);
      now_ = next;
      deliver();
      if (peer.next_deadline() <= now_) peer.handle_timeout(now_);
      if (server.ice.next_deadline() <= now_) server.ice.handle_timeout(now_);
      if (server.dtls && server.dtls->next_deadline() <= now_) server.dtls->handle_timeout(now_);
      server.drain();
      collect();
    }
    now_ = end;
  }

  Timestamp now() const { return now_; }
  void set_loss(double loss) { loss_ = loss; }

 private:
  struct Flying {
    Timestamp arrival;
    bool to_server;
    Bytes bytes;
  };

  void send(bool to_server, Bytes bytes) {
    if (std::uniform_real_distribution<double>(0, 1)(dice_) < loss_) return;
    flying_.push_back({now_ + TimeDelta::millis(10), to_server, std::move(bytes)});
  }
  void collect() {
    while (auto bytes = peer.poll_output()) send(true, std::move(*bytes));
    for (Bytes& bytes : std::exchange(server.output, {})) send(false, std::move(bytes));
  }
  void deliver() {
    std::vector<Flying> later;
    for (Flying& f : std::exchange(flying_, {})) {
      if (f.arrival > now_) {
        later.push_back(std::move(f));
      } else if (f.to_server) {
        server.handle_datagram(f.bytes, from_, now_);
      } else {
        peer.handle_datagram(f.bytes, now_);
      }
    }
    flying_.insert(flying_.end(), later.begin(), later.end());
  }

  SeededRandom random_;
  std::mt19937_64 dice_;
  double loss_;
  Timestamp now_;
  TransportAddress from_{SocketAddress::parse("192.0.2.9", 5000).value(), 0};
  std::vector<Flying> flying_;

 public:
  Server server;
  WebRtcPeer peer;
};

}  // namespace

TEST_CASE("a peer connects in either DTLS role, and media flows both ways") {
  for (const DtlsRole role : {DtlsRole::kClient, DtlsRole::kServer}) {
    World world(role);
    CHECK_FALSE(world.peer.send_rtp(rtp(1)));
    world.run(TimeDelta::millis(200));
    REQUIRE(world.peer.state() == PeerState::kConnected);
    REQUIRE(world.server.srtp);
    CHECK(world.server.ice.state() == IceState::kConnected);
    CHECK(world.peer.mapped_address()->to_string() == "192.0.2.9:5000");

    CHECK(world.peer.send_rtp(rtp(1)));
    CHECK(world.peer.send_rtcp(kReport));
    world.server.send(rtp(2), false);
    world.server.send(kReport, true);
    world.run(TimeDelta::millis(20));
    CHECK(world.server.received == std::vector<Bytes>{rtp(1), kReport});
    CHECK(world.peer.poll_rtp() == rtp(2));
    CHECK(world.peer.poll_rtcp() == kReport);
    CHECK_FALSE(world.peer.poll_rtp());
    CHECK(world.peer.counters().rtp_received == 1);
    CHECK(world.peer.counters().unprotect_failures == 0);
  }
}

TEST_CASE("a peer connects over a network that loses a fifth of the datagrams") {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    CAPTURE(seed);
    World world(seed % 2 == 0 ? DtlsRole::kClient : DtlsRole::kServer, 0.2, seed);
    world.run(TimeDelta::seconds(25));
    CHECK(world.peer.state() == PeerState::kConnected);
    CHECK(world.server.srtp);
  }
}

TEST_CASE("a peer keeps consent for minutes, and both sides notice when it is lost") {
  World world(DtlsRole::kClient);
  world.run(TimeDelta::seconds(120));
  CHECK(world.peer.state() == PeerState::kConnected);
  CHECK(world.server.ice.state() == IceState::kConnected);
  CHECK(world.peer.counters().checks_sent >= 120 / 5);
  CHECK(world.peer.counters().checks_sent <= 120 / 4 + 1);
  world.set_loss(1);
  world.run(TimeDelta::seconds(36));
  CHECK(world.peer.state() == PeerState::kFailed);
  CHECK(world.peer.next_deadline().is_never());
  CHECK(world.server.ice.state() == IceState::kFailed);
  CHECK_FALSE(world.peer.send_rtp(rtp(1)));
}

TEST_CASE("a peer in the wrong role changes it after a role conflict") {
  World world(DtlsRole::kClient, 0, 1, false);
  world.run(TimeDelta::millis(300));
  CHECK(world.peer.counters().check_errors == 1);
  CHECK(world.peer.state() == PeerState::kConnected);
}

TEST_CASE("media survives an ICE restart, even after the connection was given up") {
  World world(DtlsRole::kServer);
  world.run(TimeDelta::seconds(1));
  const IceCredentials new_server{"srv2", "anotherPasswordOf22Chr"};
  const IceCredentials new_peer{"per2", "anotherPasswordOfPeers"};
  world.server.ice.restart(new_server, world.now());
  world.server.ice.set_remote_ufrag(new_peer.ufrag);
  world.run(TimeDelta::seconds(10));
  CHECK(world.server.ice.state() == IceState::kConnected);  // by the old credentials
  world.peer.restart_ice(new_peer, new_server, world.now());
  CHECK(world.peer.send_rtp(rtp(1)));
  world.run(TimeDelta::seconds(1));
  CHECK_FALSE(world.server.ice.previous_local());

  world.set_loss(1);
  world.run(TimeDelta::seconds(40));
  REQUIRE(world.peer.state() == PeerState::kFailed);
  world.set_loss(0);
  world.server.ice.restart(kServerIce, world.now());
  world.peer.restart_ice(kPeerIce, kServerIce, world.now());
  world.run(TimeDelta::millis(100));
  CHECK(world.peer.state() == PeerState::kConnected);
  CHECK(world.server.ice.state() == IceState::kConnected);
  CHECK(world.peer.send_rtp(rtp(2)));
  world.run(TimeDelta::millis(20));
  CHECK(world.server.received == std::vector<Bytes>{rtp(1), rtp(2)});
}

TEST_CASE("a peer that finds another certificate fails and says why") {
  SeededRandom random(1);
  Server server(DtlsRole::kServer, random);
  WebRtcPeer peer(
      {kPeerIce, kServerIce, DtlsRole::kClient, {certificate(9)->fingerprint()}, certificate(2)},
      random, Timestamp());
  const TransportAddress from{SocketAddress::parse("192.0.2.9", 5000).value(), 0};
  for (int round = 0; round < 4; ++round) {
    while (auto bytes = peer.poll_output()) server.handle_datagram(*bytes, from, Timestamp());
    for (const Bytes& bytes : std::exchange(server.output, {})) {
      peer.handle_datagram(bytes, Timestamp());
    }
  }
  CHECK(peer.state() == PeerState::kFailed);
  CHECK(peer.failure().find("fingerprint") != std::string::npos);
}

TEST_CASE("closing a peer tells the server") {
  World world(DtlsRole::kClient);
  world.run(TimeDelta::seconds(1));
  world.peer.close(world.now());
  CHECK(world.peer.state() == PeerState::kClosed);
  world.run(TimeDelta::millis(20));
  CHECK(world.server.closed);
}

TEST_CASE("answers to no check of the peer's are ignored") {
  SeededRandom random(1);
  WebRtcPeer peer(
      {kPeerIce, kServerIce, DtlsRole::kClient, {certificate(1)->fingerprint()}, certificate(2)},
      random, Timestamp());
  mediad::BindingRequest other;
  other.username = "serv:peer";
  other.password = kServerIce.pwd;
  other.priority = 1;
  Bytes request(200);
  request.resize(write_binding_request(request, other));
  Bytes answer(200);
  const SocketAddress address = SocketAddress::parse("192.0.2.9", 5000).value();
  answer.resize(write_binding_success(answer, request, address, kServerIce.pwd));
  peer.handle_datagram(answer, Timestamp());
  peer.handle_datagram(request, Timestamp());
  peer.handle_datagram(Bytes{}, Timestamp());
  peer.handle_datagram(Bytes{0x80, 96}, Timestamp());
  CHECK(peer.state() == PeerState::kChecking);
  CHECK(peer.counters().ignored == 4);
}
