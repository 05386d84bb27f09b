#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "signald/json/json_value.h"
#include "signald/stream/media_plane.h"

namespace halcyon::signald {

inline constexpr std::size_t kMaxRequestLabels = 256;

/// What a receiver wants of one stream.
struct WantedTracks {
  bool audio = false;
  bool video = false;  // wins over video_low
  bool video_low = false;
  bool operator==(const WantedTracks&) const = default;
};

/// What a receiver wants, by label of the stream; "" stands for all labels that are not listed.
using StreamRequest = std::map<std::string, WantedTracks, std::less<>>;

/// Reads an array of "audio", "video", "video-low"; other words are ignored, null is the empty
/// list. Nullopt for another type.
std::optional<WantedTracks> read_wanted_tracks(const JsonValue& value);

/// Reads a map of such arrays; null is the empty map. Nullopt when malformed or too large.
std::optional<StreamRequest> read_stream_request(const JsonValue& value);

WantedTracks wanted_for(const StreamRequest& request, const std::string& label);

/// At most one audio and one video track of those a stream has.
TrackSelection select_tracks(const WantedTracks& wanted, const std::vector<UpTrackInfo>& tracks);

}  // namespace halcyon::signald
