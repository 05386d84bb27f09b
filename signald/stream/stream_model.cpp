#include "signald/stream/stream_model.h"

#include <algorithm>

#include "common/check/check.h"

namespace halcyon::signald {
namespace {

/// A name without the characters that RFC 8830 2 keeps out of msid. Labels are free text of
/// clients; what a browser wrote into its offer came through the parser and stays as it is.
std::string msid_name(const std::string& text) {
  constexpr std::size_t kMaxSize = 64;
  std::string name = text.substr(0, kMaxSize);
  for (char& c : name) {
    const bool fine = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '_' || c == '.';
    if (!fine) c = '_';
  }
  return name;
}

}  // namespace

const NegotiatedCodec& UpTrack::codec() const {
  const auto& codecs = description.codecs;
  const auto found = std::find_if(codecs.begin(), codecs.end(), [&](const NegotiatedCodec& codec) {
    return codec.payload_type == payload_type;
  });
  check(found != codecs.end());
  return *found;
}

DownSource UpTrack::as_source(const std::string& label) const {
  DownSource source{id, description.kind, codec(), description.msid};
  NegotiatedCodec& offered = source.codec;
  offered.payload_type = down_payload_type(offered.name, offered.fmtp);
  const bool video = description.kind == MediaKind::kVideo;
  offered.remb = offered.nack = offered.pli = offered.fir = video;
  if (source.msid.stream.empty()) source.msid.stream = label.empty() ? "dummy" : msid_name(label);
  if (source.msid.track.empty()) {
    source.msid.track = !description.rid.empty() ? description.rid : video ? "video" : "audio";
  }
  return source;
}

bool UpStream::any_started() const {
  return std::any_of(tracks.begin(), tracks.end(), [](const UpTrack& t) { return t.started(); });
}

bool UpStream::all_started() const {
  return std::all_of(tracks.begin(), tracks.end(), [](const UpTrack& t) { return t.started(); });
}

UpTrack* UpStream::find(TrackId track) {
  return const_cast<UpTrack*>(static_cast<const UpStream*>(this)->find(track));
}

const UpTrack* UpStream::find(TrackId track) const {
  const auto found = std::find_if(tracks.begin(), tracks.end(),
                                  [&](const UpTrack& candidate) { return candidate.id == track; });
  return found == tracks.end() ? nullptr : &*found;
}

}  // namespace halcyon::signald
