#include "signald/sdp/session_description.h"

#include <algorithm>
#include <charconv>

namespace halcyon::signald::sdp {

Direction reversed(Direction direction) {
  switch (direction) {
    case Direction::kSendOnly:
      return Direction::kRecvOnly;
    case Direction::kRecvOnly:
      return Direction::kSendOnly;
    case Direction::kSendRecv:
    case Direction::kInactive:
      break;
  }
  return direction;
}

bool sends(Direction direction) {
  return direction == Direction::kSendRecv || direction == Direction::kSendOnly;
}

bool receives(Direction direction) { return sends(reversed(direction)); }

std::vector<std::uint8_t> MediaSection::payload_types() const {
  std::vector<std::uint8_t> types;
  for (const std::string& format : formats) {
    unsigned value = 0;
    const char* end = format.data() + format.size();
    const auto [stopped, error] = std::from_chars(format.data(), end, value);
    if (error == std::errc() && stopped == end && value <= 127) {
      types.push_back(static_cast<std::uint8_t>(value));
    }
  }
  return types;
}

const RtpMap* MediaSection::rtpmap(std::uint8_t payload_type) const {
  const auto found = std::find_if(rtpmaps.begin(), rtpmaps.end(), [&](const RtpMap& map) {
    return map.payload_type == payload_type;
  });
  return found == rtpmaps.end() ? nullptr : &*found;
}

std::string_view MediaSection::fmtp(std::uint8_t payload_type) const {
  for (const Fmtp& line : fmtps) {
    if (line.payload_type == payload_type) return line.parameters;
  }
  return {};
}

bool MediaSection::has_feedback(std::uint8_t payload_type, std::string_view value) const {
  return std::any_of(feedback.begin(), feedback.end(), [&](const RtcpFeedback& line) {
    return line.payload_type.value_or(payload_type) == payload_type && line.value == value;
  });
}

const std::vector<std::string>* SessionDescription::bundle() const {
  for (const Group& group : groups) {
    if (group.semantics == "BUNDLE") return &group.mids;
  }
  return nullptr;
}

const MediaSection* SessionDescription::section(std::string_view mid) const {
  for (const MediaSection& section : sections) {
    if (section.mid == mid) return &section;
  }
  return nullptr;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace halcyon::signald::sdp
