#include "signald/sdp/attribute_values.h"

#include <algorithm>

#include "common/encoding/hex.h"
#include "signald/sdp/tokens.h"

namespace halcyon::signald::sdp {
namespace {

/// RFC 8851 10: alpha-numeric, "-" and "_".
constexpr std::size_t kMaxRidSize = 64;
/// SHA-512, the longest of RFC 8122.
constexpr std::size_t kMaxDigestSize = 64;
constexpr std::uint8_t kLastPayloadType = 127;

std::optional<std::uint8_t> payload_type(std::string_view text) {
  const auto value = number<std::uint8_t>(text);
  return value && *value <= kLastPayloadType ? value : std::nullopt;
}

bool is_rid(std::string_view text) {
  return !text.empty() && text.size() <= kMaxRidSize &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '_';
         });
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

/// "h;l" or "h,~m;l".
std::optional<std::vector<Simulcast::Stream>> parse_simulcast_list(std::string_view text) {
  std::vector<Simulcast::Stream> streams;
  for (const std::string_view part : split(text, ';')) {
    Simulcast::Stream stream;
    for (std::string_view rid : split(part, ',')) {
      const bool paused = rid.starts_with('~');
      if (paused) rid.remove_prefix(1);
      if (!is_rid(rid)) return std::nullopt;
      stream.push_back({std::string(rid), paused});
    }
    if (stream.empty()) return std::nullopt;
    streams.push_back(std::move(stream));
  }
  if (streams.empty()) return std::nullopt;
  return streams;
}

}  // namespace

std::optional<Direction> parse_direction(std::string_view name) {
  if (name == "sendrecv") return Direction::kSendRecv;
  if (name == "sendonly") return Direction::kSendOnly;
  if (name == "recvonly") return Direction::kRecvOnly;
  if (name == "inactive") return Direction::kInactive;
  return std::nullopt;
}

std::optional<SetupRole> parse_setup(std::string_view value) {
  if (value == "actpass") return SetupRole::kActPass;
  if (value == "active") return SetupRole::kActive;
  if (value == "passive") return SetupRole::kPassive;
  if (value == "holdconn") return SetupRole::kHoldConn;
  return std::nullopt;
}

std::optional<Origin> parse_origin(std::string_view value) {
  Origin origin;
  origin.username = take_until(value, ' ');
  origin.session_id = take_until(value, ' ');
  const auto version = number<std::uint64_t>(take_until(value, ' '));
  if (origin.username.empty() || origin.session_id.empty() || !version || value.empty()) {
    return std::nullopt;
  }
  origin.version = *version;
  origin.address = value;
  return origin;
}

std::optional<RtpMap> parse_rtpmap(std::string_view value) {
  const auto type = payload_type(take_until(value, ' '));
  value = trimmed(value);
  RtpMap map;
  map.name = take_until(value, '/');
  const auto rate = number<std::uint32_t>(take_until(value, '/'));
  if (!type || map.name.empty() || !rate) return std::nullopt;
  map.payload_type = *type;
  map.clock_rate = *rate;
  if (!value.empty()) {
    const auto channels = number<std::uint32_t>(value);
    if (!channels) return std::nullopt;
    map.channels = *channels;
  }
  return map;
}

std::optional<Fmtp> parse_fmtp(std::string_view value) {
  const auto type = payload_type(take_until(value, ' '));
  if (!type) return std::nullopt;
  return Fmtp{*type, std::string(trimmed(value))};
}

std::optional<RtcpFeedback> parse_rtcp_feedback(std::string_view value) {
  const std::string_view target = take_until(value, ' ');
  RtcpFeedback feedback;
  if (target != "*") {
    feedback.payload_type = payload_type(target);
    if (!feedback.payload_type) return std::nullopt;
  }
  feedback.value = trimmed(value);
  if (feedback.value.empty()) return std::nullopt;
  return feedback;
}

std::optional<Extmap> parse_extmap(std::string_view value) {
  std::string_view key = take_until(value, ' ');
  Extmap extmap;
  const auto id = number<std::uint16_t>(take_until(key, '/'));
  if (!id || *id == 0) return std::nullopt;
  extmap.id = *id;
  if (!key.empty()) {
    extmap.direction = parse_direction(key);
    if (!extmap.direction) return std::nullopt;
  }
  value = trimmed(value);
  extmap.uri = take_until(value, ' ');
  extmap.parameters = trimmed(value);
  if (extmap.uri.empty()) return std::nullopt;
  return extmap;
}

std::optional<Rid> parse_rid(std::string_view value) {
  Rid rid;
  const std::string_view id = take_until(value, ' ');
  const std::string_view direction = take_until(value, ' ');
  if (!is_rid(id)) return std::nullopt;
  rid.id = id;
  if (direction == "send") {
    rid.direction = Direction::kSendOnly;
  } else if (direction == "recv") {
    rid.direction = Direction::kRecvOnly;
  } else {
    return std::nullopt;
  }
  rid.restrictions = trimmed(value);
  return rid;
}

std::optional<Simulcast> parse_simulcast(std::string_view value) {
  const std::vector<std::string_view> words = split(value, ' ');
  if (words.empty() || words.size() % 2 != 0) return std::nullopt;
  Simulcast simulcast;
  for (std::size_t i = 0; i < words.size(); i += 2) {
    auto streams = parse_simulcast_list(words[i + 1]);
    if (!streams) return std::nullopt;
    if (words[i] == "send" && simulcast.send.empty()) {
      simulcast.send = std::move(*streams);
    } else if (words[i] == "recv" && simulcast.recv.empty()) {
      simulcast.recv = std::move(*streams);
    } else {
      return std::nullopt;
    }
  }
  return simulcast;
}

std::optional<SsrcAttribute> parse_ssrc(std::string_view value) {
  const auto ssrc = number<std::uint32_t>(take_until(value, ' '));
  if (!ssrc) return std::nullopt;
  SsrcAttribute attribute;
  attribute.ssrc = *ssrc;
  value = trimmed(value);
  attribute.name = take_until(value, ':');
  attribute.value = value;
  return attribute;
}

std::optional<SsrcGroup> parse_ssrc_group(std::string_view value) {
  SsrcGroup group;
  group.semantics = take_until(value, ' ');
  if (group.semantics.empty()) return std::nullopt;
  for (const std::string_view word : split(value, ' ')) {
    const auto ssrc = number<std::uint32_t>(word);
    if (!ssrc) return std::nullopt;
    group.ssrcs.push_back(*ssrc);
  }
  return group;
}

std::optional<Fingerprint> parse_fingerprint(std::string_view value) {
  Fingerprint fingerprint;
  fingerprint.algorithm = lower(take_until(value, ' '));
  value = trimmed(value);
  std::string digits;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (i % 3 == 2) {
      if (value[i] != ':') return std::nullopt;
    } else {
      digits.push_back(value[i]);
    }
  }
  auto digest = hex_decode(digits);
  const bool whole = value.size() % 3 == 2;
  if (fingerprint.algorithm.empty() || !whole || !digest || digest->size() > kMaxDigestSize) {
    return std::nullopt;
  }
  fingerprint.digest = std::move(*digest);
  return fingerprint;
}

std::optional<Msid> parse_msid(std::string_view value) {
  value = trimmed(value);
  Msid msid;
  msid.stream = take_until(value, ' ');
  msid.track = trimmed(value);
  if (msid.stream.empty()) return std::nullopt;
  return msid;
}

std::optional<Group> parse_group(std::string_view value) {
  Group group;
  group.semantics = take_until(value, ' ');
  if (group.semantics.empty()) return std::nullopt;
  for (const std::string_view mid : split(value, ' ')) group.mids.emplace_back(mid);
  return group;
}

}  // namespace halcyon::signald::sdp
