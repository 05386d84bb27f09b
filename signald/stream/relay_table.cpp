#include "signald/stream/relay_table.h"

#include <algorithm>

namespace halcyon::signald {
namespace {

/// RelayTrack.index is one byte.
constexpr std::uint32_t kIndices = 256;

const RelayedTrack* find_track(const std::vector<RelayedTrack>& tracks, TrackId id) {
  const auto found = std::find_if(tracks.begin(), tracks.end(),
                                  [&](const RelayedTrack& track) { return track.id == id; });
  return found == tracks.end() ? nullptr : &*found;
}

}  // namespace

void RelayTable::use(DownStreamId user, const Route& route, std::vector<RelayedTrack> tracks) {
  const Key key{route.stream, route.sink};
  const auto before = used_by_.find(user);
  if (before != used_by_.end() && before->second != key) release(user);
  if (tracks.empty() || route.source == route.sink) return release(user);
  auto [entry, is_new] = relays_.try_emplace(key);
  Relay& relay = entry->second;
  if (is_new) {
    relay.id = RelayId(random_.u64());
    relay.route = route;
  }
  relay.users[user] = std::move(tracks);
  used_by_[user] = key;
  update(key);
}

void RelayTable::release(DownStreamId user) {
  const auto used = used_by_.find(user);
  if (used == used_by_.end()) return;
  const Key key = used->second;
  used_by_.erase(used);
  relays_.at(key).users.erase(user);
  update(key);
}

/// What the users of a relay need, once each; a track that is carried already keeps its number.
std::vector<RelayedTrack> RelayTable::wanted(Relay& relay) {
  std::vector<RelayedTrack> wanted;
  for (const auto& [user, tracks] : relay.users) {
    for (const RelayedTrack& track : tracks) {
      if (find_track(wanted, track.id) == nullptr) wanted.push_back(track);
    }
  }
  const auto is_taken = [&](std::uint32_t index) {
    return std::any_of(relay.carried.begin(), relay.carried.end(),
                       [&](const RelayedTrack& track) { return track.index == index; });
  };
  for (RelayedTrack& track : wanted) {
    const RelayedTrack* carried = find_track(relay.carried, track.id);
    if (carried != nullptr) {
      track.index = carried->index;
      continue;
    }
    // Numbers go round, so that a packet still under way does not count for the next track.
    while (is_taken(relay.next_index % kIndices)) ++relay.next_index;
    track.index = relay.next_index++ % kIndices;
  }
  std::sort(wanted.begin(), wanted.end(),
            [](const RelayedTrack& a, const RelayedTrack& b) { return a.index < b.index; });
  return wanted;
}

void RelayTable::update(const Key& key) {
  Relay& relay = relays_.at(key);
  if (relay.users.empty()) {
    send_close(relay);
    relays_.erase(key);
    return;
  }
  std::vector<RelayedTrack> tracks = wanted(relay);
  if (tracks == relay.carried) return;
  relay.carried = std::move(tracks);
  send_open(relay);
}

void RelayTable::send_open(const Relay& relay) {
  const Worker* source = workers_.find(relay.route.source);
  const Worker* sink = workers_.find(relay.route.sink);
  if (source == nullptr || sink == nullptr) return;
  // The sink first, so that it knows the packets when they come.
  send_to(sink->instance, open_relay_sink(relay.id, source->relay, relay.carried));
  send_to(source->instance, open_relay_source(relay.id, sink->relay, relay.carried));
}

void RelayTable::send_close(const Relay& relay) {
  send_to(relay.route.source, close_relay(relay.id));
  send_to(relay.route.sink, close_relay(relay.id));
}

void RelayTable::send_to(WorkerInstance instance, const ipc::SignalToMedia& message) {
  if (Worker* worker = workers_.find(instance)) worker->send(message);
}

void RelayTable::close_stream(UpStreamId stream) {
  for (auto entry = relays_.begin(); entry != relays_.end();) {
    if (entry->first.first != stream) {
      ++entry;
      continue;
    }
    send_close(entry->second);
    for (const auto& [user, tracks] : entry->second.users) used_by_.erase(user);
    entry = relays_.erase(entry);
  }
}

void RelayTable::worker_gone(WorkerInstance instance) {
  for (auto entry = relays_.begin(); entry != relays_.end();) {
    const Route& route = entry->second.route;
    if (route.source != instance && route.sink != instance) {
      ++entry;
      continue;
    }
    send_to(route.source == instance ? route.sink : route.source, close_relay(entry->second.id));
    for (const auto& [user, tracks] : entry->second.users) used_by_.erase(user);
    entry = relays_.erase(entry);
  }
}

void RelayTable::repeat_state(Worker& worker) {
  for (const auto& [key, relay] : relays_) {
    const Worker* source = workers_.find(relay.route.source);
    const Worker* sink = workers_.find(relay.route.sink);
    if (source == nullptr || sink == nullptr) continue;
    if (sink == &worker) worker.send(open_relay_sink(relay.id, source->relay, relay.carried));
    if (source == &worker) worker.send(open_relay_source(relay.id, sink->relay, relay.carried));
  }
}

}  // namespace halcyon::signald
