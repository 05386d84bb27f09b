#include "signald/session/stream_directory.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "signald/session/server_message.h"

namespace halcyon::signald {

StreamDirectory::StreamDirectory(MediaPlane& media, MemberMessenger& messenger,
                                 RandomSource& random)
    : media_(media), messenger_(messenger), random_(random) {
  media_.set_listener(this);
}

StreamDirectory::~StreamDirectory() { media_.set_listener(nullptr); }

StreamDirectory::Receiver* StreamDirectory::find_receiver(std::string_view group,
                                                          std::string_view member) {
  const auto in = groups_.find(group);
  if (in == groups_.end()) {
    return nullptr;
  }
  const auto it = in->second.receivers.find(member);
  return it == in->second.receivers.end() ? nullptr : &it->second;
}

StreamDirectory::Down* StreamDirectory::find_down(std::string_view group, std::string_view member,
                                                  std::string_view stream) {
  Receiver* receiver = find_receiver(group, member);
  if (receiver == nullptr) {
    return nullptr;
  }
  const auto it = receiver->downs.find(stream);
  return it == receiver->downs.end() ? nullptr : &it->second;
}

StreamDirectory::Up* StreamDirectory::find_up(UpStreamId id) {
  const auto it = ups_.find(id);
  return it == ups_.end() ? nullptr : &it->second;
}

StreamDirectory::Up* StreamDirectory::find_up(std::string_view group, std::string_view publisher,
                                              std::string_view stream) {
  const auto in = groups_.find(group);
  if (in == groups_.end()) {
    return nullptr;
  }
  for (const auto& [id, up] : in->second.ups) {
    if (up->stream.publisher == publisher && up->stream.id == stream) {
      return up;
    }
  }
  return nullptr;
}

void StreamDirectory::send(std::string_view group, std::string_view member, std::string json) {
  messenger_.send_to_member(group, member, std::move(json));
}

// --- Receivers

void StreamDirectory::add_receiver(const std::string& group, const std::string& member) {
  groups_[group].receivers.emplace(member, Receiver());
}

void StreamDirectory::remove_receiver(std::string_view group, std::string_view member) {
  const auto in = groups_.find(group);
  Receiver* receiver = find_receiver(group, member);
  if (receiver == nullptr) {
    return;
  }
  while (!receiver->downs.empty()) {
    const std::string stream = receiver->downs.begin()->first;
    discard_down(*receiver, stream);
  }
  in->second.receivers.erase(in->second.receivers.find(member));
  if (in->second.receivers.empty() && in->second.ups.empty()) {
    groups_.erase(in);
  }
}

void StreamDirectory::request(std::string_view group, const std::string& member,
                              StreamRequest request) {
  Receiver* receiver = find_receiver(group, member);
  if (receiver == nullptr) {
    return;
  }
  receiver->request = std::move(request);
  for (const auto& [id, up] : groups_.find(group)->second.ups) {
    evaluate(member, *receiver, *up);
  }
}

bool StreamDirectory::request_stream(std::string_view group, const std::string& member,
                                     const std::string& stream,
                                     std::optional<WantedTracks> wanted) {
  Down* down = find_down(group, member, stream);
  if (down == nullptr) {
    return false;
  }
  down->override_request = wanted;
  if (Up* up = find_up(down->source)) {
    evaluate(member, *find_receiver(group, member), *up);
  }
  return true;
}

std::vector<std::pair<std::string, DownStreamId>> StreamDirectory::received(
    std::string_view group, std::string_view member) const {
  std::vector<std::pair<std::string, DownStreamId>> streams;
  const auto found = groups_.find(group);
  if (found == groups_.end()) return streams;
  const auto receiver = found->second.receivers.find(member);
  if (receiver == found->second.receivers.end()) return streams;
  for (const auto& [id, down] : receiver->second.downs) streams.emplace_back(id, down.id);
  return streams;
}

bool StreamDirectory::receives(std::string_view group, std::string_view member,
                               std::string_view stream) const {
  const auto in = groups_.find(group);
  if (in == groups_.end()) {
    return false;
  }
  const auto receiver = in->second.receivers.find(member);
  return receiver != in->second.receivers.end() && receiver->second.downs.contains(stream);
}

void StreamDirectory::answer(std::string_view group, const std::string& member,
                             const std::string& stream, std::string_view sdp) {
  Down* down = find_down(group, member, stream);
  if (down == nullptr) {
    send(group, member, close_message(stream));
    return;
  }
  const DownPlace place = down_places_.at(down->id);
  pass_on(place, media_.answer_down(down->id, sdp));
}

void StreamDirectory::renegotiate(std::string_view group, const std::string& member,
                                  const std::string& stream) {
  if (Down* down = find_down(group, member, stream)) {
    const DownPlace place = down_places_.at(down->id);
    pass_on(place, media_.restart_down(down->id));
  }
}

void StreamDirectory::abort(std::string_view group, const std::string& member,
                            const std::string& stream) {
  Receiver* receiver = find_receiver(group, member);
  if (receiver != nullptr && receiver->downs.contains(stream)) {
    discard_down(*receiver, stream);
  }
  send(group, member, close_message(stream));
}

void StreamDirectory::pass_on(const DownPlace& place,
                              const Result<std::optional<std::string>, StreamError>& offer) {
  Receiver* receiver = find_receiver(place.group, place.member);
  Down* down = find_down(place.group, place.member, place.stream);
  if (receiver == nullptr || down == nullptr) {
    return;
  }
  if (!offer) {
    end_down(place.group, place.member, *receiver, place.stream);
    send(place.group, place.member, error_message(place.member, offer.error().text));
    return;
  }
  const Up* up = find_up(down->source);
  if (*offer && up != nullptr) {
    send_offer(place.member, *up, "", **offer);
  }
}

void StreamDirectory::send_offer(const std::string& member, const Up& up,
                                 const std::string& replace, const std::string& sdp) {
  send(up.group, member,
       offer_message(
           {up.stream.id, up.stream.label, replace, up.stream.publisher, up.username, sdp}));
}

void StreamDirectory::discard_down(Receiver& receiver, const std::string& stream) {
  const auto it = receiver.downs.find(stream);
  const DownStreamId id = it->second.id;
  receiver.downs.erase(it);
  down_places_.erase(id);
  media_.close_down(id);
}

void StreamDirectory::end_down(const std::string& group, const std::string& member,
                               Receiver& receiver, const std::string& stream) {
  discard_down(receiver, stream);
  send(group, member, close_message(stream));
}

// --- Evaluation

void StreamDirectory::evaluate(const std::string& member, Receiver& receiver, Up& up) {
  if (!up.announced || up.stream.publisher == member) {
    return;
  }
  const auto found = receiver.downs.find(up.stream.id);
  Down* down = found == receiver.downs.end() ? nullptr : &found->second;
  if (down != nullptr && down->source != up.stream.media) {
    return;  // another publisher's stream has this id here
  }
  std::optional<WantedTracks> override_request;
  if (down != nullptr) {
    override_request = down->override_request;
  } else if (const auto it = receiver.replaced.find(up.stream.media);
             it != receiver.replaced.end()) {
    override_request = it->second.override_request;
  }
  const WantedTracks wanted =
      override_request.value_or(wanted_for(receiver.request, up.stream.label));
  const TrackSelection selection = select_tracks(wanted, media_.started_tracks(up.stream.media));
  if (selection.tracks.empty()) {
    if (down != nullptr) {
      end_down(up.group, member, receiver, up.stream.id);
    }
  } else if (down == nullptr) {
    open(member, receiver, up, selection);
  } else if (down->selection != selection) {
    update(member, receiver, up, *down, selection);
  }
}

void StreamDirectory::open(const std::string& member, Receiver& receiver, Up& up,
                           const TrackSelection& selection) {
  // One id space for both directions: the receiver publishes a stream of this name.
  if (find_up(up.group, member, up.stream.id) != nullptr) {
    return;
  }
  const DownStreamId id(random_.u64());
  const auto offer = media_.open_down(id, up.stream.media, selection);
  if (!offer) {
    // Without a worker nobody is at fault; the stream comes back when its publisher has found a new
    // one.
    if (offer.error().kind == StreamError::Kind::kBadDescription) {
      send(up.group, member, error_message(member, offer.error().text));
    }
    return;
  }
  Down down;
  down.id = id;
  down.source = up.stream.media;
  down.selection = selection;
  receiver.downs.emplace(up.stream.id, std::move(down));
  down_places_.emplace(id, DownPlace{up.group, member, up.stream.id});
  std::string replace;
  if (const auto it = receiver.replaced.find(up.stream.media); it != receiver.replaced.end()) {
    replace = it->second.id;
    receiver.replaced.erase(it);
  }
  send_offer(member, up, replace, *offer);
}

void StreamDirectory::update(const std::string& member, Receiver& receiver, Up& up, Down& down,
                             const TrackSelection& selection) {
  const auto offer = media_.update_down(down.id, selection);
  if (!offer) {
    end_down(up.group, member, receiver, up.stream.id);
    send(up.group, member, error_message(member, offer.error().text));
    return;
  }
  down.selection = selection;
  if (*offer) {
    send_offer(member, up, "", **offer);
  }
}

// --- Publishers

void StreamDirectory::offered(const std::string& group, const OfferedStream& stream,
                              const std::string& username, const std::string& replaces,
                              Timestamp now) {
  Group& in = groups_[group];
  const auto [it, is_new] = ups_.emplace(stream.media, Up());
  Up& up = it->second;
  if (is_new) {
    up.group = group;
    up.stream = stream;
    up.username = username;
    up.offered_at = now;
    in.ups.emplace(stream.media, &up);
  }
  if (Up* old = replaces.empty() ? nullptr : find_up(group, stream.publisher, replaces)) {
    take_over(in, *old, stream.media);
    remove_up(in, old->stream.media);
    up.offered_at = now;
  }
  schedule(stream.media, now + kAnnounceDelay);
}

void StreamDirectory::take_over(Group& group, const Up& old, UpStreamId successor) {
  for (auto& [member, receiver] : group.receivers) {
    const auto down = receiver.downs.find(old.stream.id);
    const auto earlier = receiver.replaced.find(old.stream.media);
    if (down != receiver.downs.end() && down->second.source == old.stream.media) {
      receiver.replaced[successor] = {old.stream.id, down->second.override_request};
      discard_down(receiver, old.stream.id);
    } else if (earlier != receiver.replaced.end()) {
      // The old one had not been announced either: what it was to replace is what is still shown.
      receiver.replaced[successor] = std::move(earlier->second);
    }
    receiver.replaced.erase(old.stream.media);
  }
}

void StreamDirectory::remove_up(Group& group, UpStreamId id) {
  announcements_.erase(id);
  group.ups.erase(id);
  ups_.erase(id);
  media_.close_up(id);
}

void StreamDirectory::ended(std::string_view group, const OfferedStream& stream) {
  Up* up = find_up(stream.media);
  const auto in = groups_.find(group);
  if (up == nullptr || in == groups_.end()) {
    return;
  }
  for (auto& [member, receiver] : in->second.receivers) {
    const auto down = receiver.downs.find(stream.id);
    if (down != receiver.downs.end() && down->second.source == stream.media) {
      end_down(up->group, member, receiver, stream.id);
    }
  }
  give_up_replacement(*up);
  remove_up(in->second, stream.media);
  if (in->second.receivers.empty() && in->second.ups.empty()) {
    groups_.erase(in);
  }
}

// --- Announcement

void StreamDirectory::schedule(UpStreamId id, Timestamp at) {
  announcements_.set(id, std::min(at, announcements_.at(id)));
}

void StreamDirectory::handle_timeout(Timestamp now) {
  while (const auto id = announcements_.pop_due(now)) {
    if (Up* up = find_up(*id)) {
      announcement_due(*up, now);
    }
  }
}

void StreamDirectory::announcement_due(Up& up, Timestamp now) {
  const UpStreamId id = up.stream.media;
  if (media_.started_tracks(id).empty() && !up.announced) {
    // Nothing to show yet. Receivers keep the old picture a little rather than seeing it go and
    // come.
    if (now >= up.offered_at + kReplacementWait) {
      give_up_replacement(up);
    } else {
      schedule(id, up.offered_at + kReplacementWait);
    }
    return;
  }
  const Timestamp patience =
      up.first_track_at.is_never() ? now : up.first_track_at + kAnnounceDelay + kSilentTrackWait;
  if (!up.announced && media_.has_silent_tracks(id) && now < patience) {
    schedule(id, patience);
    return;
  }
  announce(up);
}

void StreamDirectory::announce(Up& up) {
  up.announced = true;
  for (auto& [member, receiver] : groups_.find(up.group)->second.receivers) {
    evaluate(member, receiver, up);
  }
  give_up_replacement(up);
}

void StreamDirectory::give_up_replacement(Up& up) {
  for (auto& [member, receiver] : groups_.find(up.group)->second.receivers) {
    const auto it = receiver.replaced.find(up.stream.media);
    if (it != receiver.replaced.end()) {
      const std::string old = it->second.id;
      receiver.replaced.erase(it);
      send(up.group, member, close_message(old));
    }
  }
}

// --- Media plane

void StreamDirectory::up_tracks_changed(UpStreamId id, Timestamp now) {
  Up* up = find_up(id);
  if (up == nullptr) {
    return;
  }
  up->first_track_at = std::min(up->first_track_at, now);
  // Once all that was waited for is there, nothing is gained by waiting on.
  const bool complete = !up->announced && !media_.has_silent_tracks(id);
  schedule(id, complete ? std::max(up->offered_at + kAnnounceDelay, now) : now + kAnnounceDelay);
}

void StreamDirectory::up_needs_offer(UpStreamId id, Timestamp /*now*/) {
  if (const Up* up = find_up(id)) {
    messenger_.ask_for_offer(up->group, up->stream.publisher, up->stream.id);
  }
}

void StreamDirectory::down_failed(DownStreamId id, Timestamp /*now*/) {
  const auto it = down_places_.find(id);
  if (it == down_places_.end()) {
    return;
  }
  const DownPlace place = it->second;
  pass_on(place, media_.restart_down(id));
  Down* down = find_down(place.group, place.member, place.stream);
  Up* up = down == nullptr ? nullptr : find_up(down->source);
  if (up != nullptr) {
    evaluate(place.member, *find_receiver(place.group, place.member), *up);
  }
}

void StreamDirectory::down_lost(DownStreamId id, Timestamp /*now*/) {
  const auto it = down_places_.find(id);
  if (it == down_places_.end()) {
    return;
  }
  const DownPlace place = it->second;
  Receiver* receiver = find_receiver(place.group, place.member);
  const Down* down = find_down(place.group, place.member, place.stream);
  if (receiver == nullptr || down == nullptr) {
    return;
  }
  const UpStreamId source = down->source;
  end_down(place.group, place.member, *receiver, place.stream);
  if (Up* up = find_up(source)) {
    evaluate(place.member, *receiver, *up);
  }
}

}  // namespace halcyon::signald
