#include "signald/session/track_selection.h"

#include <algorithm>

namespace halcyon::signald {

std::optional<WantedTracks> read_wanted_tracks(const JsonValue& value) {
  WantedTracks wanted;
  if (value.is_null()) {
    return wanted;
  }
  const JsonArray* words = value.as_array();
  if (words == nullptr) {
    return std::nullopt;
  }
  for (const JsonValue& element : *words) {
    const std::string* word = element.as_string();
    if (word == nullptr) {
      return std::nullopt;
    }
    wanted.audio = wanted.audio || *word == "audio";
    wanted.video = wanted.video || *word == "video";
    wanted.video_low = wanted.video_low || *word == "video-low";
  }
  return wanted;
}

std::optional<StreamRequest> read_stream_request(const JsonValue& value) {
  StreamRequest request;
  if (value.is_null()) {
    return request;
  }
  const JsonObject* labels = value.as_object();
  if (labels == nullptr || labels->size() > kMaxRequestLabels) {
    return std::nullopt;
  }
  for (const JsonMember& label : *labels) {
    const auto wanted = read_wanted_tracks(label.value);
    if (!wanted) {
      return std::nullopt;
    }
    request[label.key] = *wanted;
  }
  return request;
}

WantedTracks wanted_for(const StreamRequest& request, const std::string& label) {
  auto it = request.find(label);
  if (it == request.end()) {
    it = request.find("");
  }
  return it == request.end() ? WantedTracks() : it->second;
}

TrackSelection select_tracks(const WantedTracks& wanted, const std::vector<UpTrackInfo>& tracks) {
  const UpTrackInfo* audio = nullptr;
  const UpTrackInfo* first_video = nullptr;
  const UpTrackInfo* last_video = nullptr;
  for (const UpTrackInfo& track : tracks) {
    if (track.kind == MediaKind::kAudio) {
      audio = audio == nullptr ? &track : audio;
    } else {
      first_video = first_video == nullptr ? &track : first_video;
      last_video = &track;
    }
  }
  TrackSelection selection;
  if (wanted.audio && audio != nullptr) {
    selection.tracks.push_back(audio->id);
  }
  if (first_video != nullptr && wanted.video) {
    selection.tracks.push_back(first_video->id);
  } else if (first_video != nullptr && wanted.video_low) {
    selection.tracks.push_back(last_video->id);
    // With one encoding only a layer of it can be the low one.
    selection.lowest_spatial_layer = first_video == last_video;
  }
  return selection;
}

}  // namespace halcyon::signald
