#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "signald/stream/worker_link.h"

namespace halcyon::signald {

/// A worker that keeps, of the commands it gets, the state they make, as mediad would: idempotent
/// by id. Commands that make no sense are kept as complaints.
class FakeWorker final : public WorkerLink {
 public:
  FakeWorker(const std::string& name, std::uint64_t instance, std::uint32_t port) {
    hello.set_protocol_version(1);
    hello.set_worker_name(name);
    hello.set_worker_instance(instance);
    hello.set_pid(100 + port);
    hello.mutable_fingerprint()->set_algorithm("sha-256");
    hello.mutable_fingerprint()->set_digest(std::string(32, static_cast<char>(instance)));
    for (const char* address : {"192.0.2.1", "2001:db8::1"}) {
      for (const auto protocol : {ipc::HostCandidate::UDP, ipc::HostCandidate::TCP_PASSIVE}) {
        ipc::HostCandidate& candidate = *hello.add_candidates();
        candidate.set_protocol(protocol);
        candidate.mutable_endpoint()->set_address(address);
        candidate.mutable_endpoint()->set_port(port);
      }
    }
    hello.mutable_relay()->set_address("127.0.0.1");
    hello.mutable_relay()->set_port(port + 1000);
  }

  struct Transport {
    std::string ufrag, remote_ufrag;
    int dtls_role = 0;
    std::uint32_t mid_extension = 0;
    bool operator==(const Transport&) const = default;
  };
  struct Track {
    std::uint64_t transport = 0;
    std::uint64_t source = 0;
    std::string rid, codec;
    std::uint32_t payload_type = 0, ssrc = 0;
    bool lowest = false;
    bool nack = false;
    bool operator==(const Track&) const = default;
  };
  struct Relay {
    bool is_source = false;
    std::uint32_t peer_port = 0;
    std::map<std::uint64_t, std::uint32_t> tracks;  // id to index
    bool operator==(const Relay&) const = default;
  };
  struct State {
    std::map<std::uint64_t, Transport> transports;
    std::map<std::uint64_t, Track> up_tracks;
    std::map<std::uint64_t, Track> down_tracks;
    std::map<std::uint64_t, Relay> relays;
    bool draining = false;
    bool operator==(const State&) const = default;
  };

  void send(const ipc::SignalToMedia& message) override {
    ++messages;
    switch (message.body_case()) {
      case ipc::SignalToMedia::kWelcome:
        welcomed = message.welcome();
        break;
      case ipc::SignalToMedia::kOpenTransport: {
        const auto& m = message.open_transport();
        if (state.draining) complaints.push_back("open_transport while draining");
        state.transports.try_emplace(m.transport_id(), Transport{m.local().ufrag(), "", 0, 0});
        break;
      }
      case ipc::SignalToMedia::kSetRemote: {
        const auto& m = message.set_remote();
        auto* transport = find(state.transports, m.transport_id(), "set_remote");
        if (transport == nullptr) break;
        transport->remote_ufrag = m.remote().ufrag();
        transport->dtls_role = m.local_dtls_role();
        transport->mid_extension = m.extensions().mid();
        if (m.fingerprints().empty()) complaints.push_back("set_remote without fingerprint");
        break;
      }
      case ipc::SignalToMedia::kRestartIce: {
        const auto& m = message.restart_ice();
        auto* transport = find(state.transports, m.transport_id(), "restart_ice");
        if (transport != nullptr) transport->ufrag = m.local().ufrag();
        break;
      }
      case ipc::SignalToMedia::kCloseTransport:
        close_transport(message.close_transport().transport_id());
        break;
      case ipc::SignalToMedia::kOpenUpTrack: {
        const auto& m = message.open_up_track();
        find(state.transports, m.transport_id(), "open_up_track");
        if (m.codecs().empty()) complaints.push_back("open_up_track without codecs");
        Track track;
        track.transport = m.transport_id();
        track.rid = m.rid();
        track.ssrc = m.ssrcs().empty() ? 0 : m.ssrcs(0);
        state.up_tracks.try_emplace(m.track_id(), track);
        break;
      }
      case ipc::SignalToMedia::kCloseUpTrack:
        state.up_tracks.erase(message.close_up_track().track_id());
        break;
      case ipc::SignalToMedia::kOpenDownTrack:
        open_down_track(message.open_down_track());
        break;
      case ipc::SignalToMedia::kUpdateDownTrack: {
        const auto& m = message.update_down_track();
        auto* track = find(state.down_tracks, m.track_id(), "update_down_track");
        if (track != nullptr) track->lowest = m.lowest_spatial_layer();
        break;
      }
      case ipc::SignalToMedia::kCloseDownTrack:
        state.down_tracks.erase(message.close_down_track().track_id());
        break;
      case ipc::SignalToMedia::kOpenRelaySource: {
        const auto& m = message.open_relay_source();
        for (const auto& t : m.tracks()) find(state.up_tracks, t.track_id(), "open_relay_source");
        open_relay(m.relay_id(), true, m.sink().port(), m.tracks());
        break;
      }
      case ipc::SignalToMedia::kOpenRelaySink: {
        const auto& m = message.open_relay_sink();
        open_relay(m.relay_id(), false, m.source().port(), m.tracks());
        break;
      }
      case ipc::SignalToMedia::kCloseRelay:
        state.relays.erase(message.close_relay().relay_id());
        break;
      case ipc::SignalToMedia::kDrain:
        state.draining = true;
        break;
      case ipc::SignalToMedia::kStateComplete:
        ++state_completes;
        break;
      default:
        complaints.push_back("unexpected message");
    }
  }

  /// A restart of the process, or a second connection that starts from nothing.
  void forget() { state = {}; }

  ipc::Hello hello;
  ipc::Welcome welcomed;
  State state;
  int messages = 0;
  int state_completes = 0;
  std::vector<std::string> complaints;

 private:
  template <class Map>
  typename Map::mapped_type* find(Map& map, std::uint64_t id, const std::string& command) {
    const auto found = map.find(id);
    if (found != map.end()) return &found->second;
    complaints.push_back(command + " for an unknown id");
    return nullptr;
  }
  void close_transport(std::uint64_t id) {
    state.transports.erase(id);
    std::erase_if(state.up_tracks, [&](const auto& t) { return t.second.transport == id; });
    std::erase_if(state.down_tracks, [&](const auto& t) { return t.second.transport == id; });
  }
  bool has_source(std::uint64_t id) const {
    if (state.up_tracks.contains(id)) return true;
    for (const auto& [relay_id, relay] : state.relays) {
      if (!relay.is_source && relay.tracks.contains(id)) return true;
    }
    return false;
  }
  void open_down_track(const ipc::OpenDownTrack& m) {
    find(state.transports, m.transport_id(), "open_down_track");
    if (!has_source(m.source_track_id())) complaints.push_back("down track without source");
    Track track;
    track.transport = m.transport_id();
    track.source = m.source_track_id();
    track.codec = m.codec().name();
    track.payload_type = m.codec().payload_type();
    track.nack = m.codec().nack();
    track.ssrc = m.ssrc();
    track.lowest = m.lowest_spatial_layer();
    state.down_tracks.try_emplace(m.track_id(), track);
  }
  void open_relay(std::uint64_t id, bool is_source, std::uint32_t peer_port, const auto& tracks) {
    Relay relay{is_source, peer_port, {}};
    std::set<std::uint32_t> indices;
    for (const ipc::RelayTrack& track : tracks) {
      relay.tracks[track.track_id()] = track.index();
      if (!indices.insert(track.index()).second || track.index() > 255) {
        complaints.push_back("bad relay index");
      }
      if (track.codec().name().empty()) complaints.push_back("relayed track without codec");
    }
    if (relay.tracks.empty()) complaints.push_back("relay without tracks");
    state.relays[id] = relay;
  }
};

}  // namespace halcyon::signald
