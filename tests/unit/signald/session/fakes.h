#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "signald/auth/password_verifier.h"
#include "signald/stream/media_plane.h"
#include "signald/ws/signalling_endpoint.h"

namespace halcyon::signald {

/// Remembers what connections were sent and how they ended.
class FakeSink final : public ConnectionSink {
 public:
  struct Closing {
    std::uint16_t code = 0;  // 0: dropped without a close frame
    std::string reason;
  };

  void send_text(ConnectionId id, std::string json) override {
    sent[id].push_back(std::move(json));
  }
  void close(ConnectionId id, std::uint16_t code, std::string_view reason) override {
    closings[id] = {code, std::string(reason)};
  }
  void drop(ConnectionId id) override { closings[id] = {}; }

  std::map<ConnectionId, std::vector<std::string>> sent;
  std::map<ConnectionId, Closing> closings;
};

/// A media plane whose descriptions are words: an offer "av" has an audio and a video track, "ahl"
/// an audio track and two encodings; "bad" is refused. Its own offers name their tracks, and count
/// up.
class FakeMedia final : public MediaPlane {
 public:
  struct Up {
    std::vector<UpTrackInfo> announced;
    std::vector<UpTrackInfo> started;
    std::string label;
    std::vector<std::string> codecs;
    int offers = 1;
  };
  struct Down {
    UpStreamId source;
    TrackSelection selection;
    bool unanswered = true;
    std::optional<std::string> remembered;
  };

  void set_listener(Listener* new_listener) override { listener = new_listener; }
  bool has_worker() const override { return !no_worker; }

  Result<std::string, StreamError> open_up(UpStreamId id, std::string_view offer,
                                           const std::vector<std::string>& codecs,
                                           std::string_view label) override {
    if (offer == "bad") {
      return refused("bad offer");
    }
    if (no_worker) {
      return without_worker();
    }
    Up up;
    up.label = label;
    up.codecs = codecs;
    for (const char c : offer) {
      up.announced.push_back({TrackId(++last_track),
                              c == 'a' ? MediaKind::kAudio : MediaKind::kVideo,
                              c == 'h' || c == 'l' ? std::string(1, c) : std::string()});
    }
    ups[id] = std::move(up);
    return "answer to " + std::string(offer);
  }

  Result<std::string, StreamError> renegotiate_up(UpStreamId id, std::string_view offer) override {
    if (offer == "bad") {
      return refused("bad offer");
    }
    if (no_worker) {
      return without_worker();
    }
    ++ups.at(id).offers;
    return "answer to " + std::string(offer);
  }

  void close_up(UpStreamId id) override { ups.erase(id); }

  std::vector<UpTrackInfo> started_tracks(UpStreamId id) const override {
    const auto it = ups.find(id);
    return it == ups.end() ? std::vector<UpTrackInfo>() : it->second.started;
  }

  bool has_silent_tracks(UpStreamId id) const override {
    const auto it = ups.find(id);
    return it != ups.end() && it->second.started.size() < it->second.announced.size();
  }

  Result<std::string, StreamError> open_down(DownStreamId id, UpStreamId source,
                                             const TrackSelection& selection) override {
    if (no_worker) {
      return without_worker();
    }
    if (refuse_down) {
      return refused("cannot be sent");
    }
    downs[id] = {source, selection, true, std::nullopt};
    return describe(selection);
  }

  Result<std::optional<std::string>, StreamError> update_down(
      DownStreamId id, const TrackSelection& selection) override {
    if (refuse_down) {
      return refused("cannot be sent");
    }
    Down& down = downs.at(id);
    const bool same = down.selection.tracks == selection.tracks;
    down.selection = selection;
    return same ? std::optional<std::string>() : next_offer(down, describe(selection));
  }

  Result<std::optional<std::string>, StreamError> answer_down(DownStreamId id,
                                                              std::string_view answer) override {
    if (answer == "bad") {
      return refused("bad answer");
    }
    Down& down = downs.at(id);
    down.unanswered = down.remembered.has_value();
    return std::exchange(down.remembered, std::nullopt);
  }

  Result<std::optional<std::string>, StreamError> restart_down(DownStreamId id) override {
    if (refuse_down) {
      return refused("cannot be sent");
    }
    Down& down = downs.at(id);
    return next_offer(down, "restart " + describe(down.selection));
  }

  void close_down(DownStreamId id) override { downs.erase(id); }
  bool accept_candidate(std::string_view candidate) const override {
    return candidate.empty() || candidate.starts_with("candidate:");
  }

  /// The tracks with these letters of the offer get their first packet.
  void start(UpStreamId id, std::size_t first, std::size_t count, Timestamp now) {
    Up& up = ups.at(id);
    for (std::size_t i = first; i < first + count; ++i) {
      up.started.push_back(up.announced.at(i));
      std::sort(up.started.begin(), up.started.end(),
                [](const UpTrackInfo& a, const UpTrackInfo& b) { return a.id < b.id; });
      listener->up_tracks_changed(id, now);
    }
  }

  std::map<UpStreamId, Up> ups;
  std::map<DownStreamId, Down> downs;
  Listener* listener = nullptr;
  std::uint64_t last_track = 0;
  bool no_worker = false;
  bool refuse_down = false;

 private:
  static tl::unexpected<StreamError> refused(std::string text) {
    return tl::unexpected<StreamError>(
        StreamError{StreamError::Kind::kBadDescription, std::move(text)});
  }

  static tl::unexpected<StreamError> without_worker() {
    return tl::unexpected<StreamError>(StreamError{StreamError::Kind::kNoWorker, "no worker"});
  }

  static std::string describe(const TrackSelection& selection) {
    std::string out = "tracks";
    for (const TrackId track : selection.tracks) {
      out += " " + std::to_string(track.value());
    }
    return out;
  }

  static std::optional<std::string> next_offer(Down& down, std::string offer) {
    if (down.unanswered) {
      down.remembered = std::move(offer);
      return std::nullopt;
    }
    down.unanswered = true;
    return offer;
  }
};

/// Answers when told to.
class DelayedVerifier final : public PasswordVerifier {
 public:
  void verify(const Password& stored, std::string supplied, Moment /*now*/, Done done) override {
    pending.push_back([stored, supplied = std::move(supplied), done = std::move(done)](Moment now) {
      done(match_password(stored, supplied), now);
    });
  }
  void finish_one(Moment now) {
    const auto next = std::move(pending.front());
    pending.erase(pending.begin());
    next(now);
  }

  std::vector<std::function<void(Moment)>> pending;
};

}  // namespace halcyon::signald
