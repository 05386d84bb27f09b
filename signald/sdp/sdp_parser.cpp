#include "signald/sdp/sdp_parser.h"

#include <algorithm>
#include <string>

#include "signald/sdp/attribute_values.h"
#include "signald/sdp/tokens.h"

namespace halcyon::signald::sdp {
namespace {

/// What an attribute was to the parser.
enum class Outcome { kTaken, kUnknown, kMalformed };

template <class T>
Outcome append(std::vector<T>& list, std::optional<T> value) {
  if (!value) return Outcome::kMalformed;
  list.push_back(std::move(*value));
  return Outcome::kTaken;
}

template <class T>
Outcome assign(std::optional<T>& to, std::optional<T> value) {
  if (!value) return Outcome::kMalformed;
  to = std::move(value);
  return Outcome::kTaken;
}

Outcome assign_credential(std::string& to, std::string_view value) {
  if (value.empty() || value.size() > kMaxIceCredentialSize) return Outcome::kMalformed;
  if (value.find(' ') != std::string_view::npos) return Outcome::kMalformed;
  to = value;
  return Outcome::kTaken;
}

Outcome common_attribute(CommonAttributes& to, std::string_view name, std::string_view value) {
  if (const auto direction = parse_direction(name)) {
    to.direction = direction;
    return Outcome::kTaken;
  }
  if (name == "ice-ufrag") return assign_credential(to.ice.ufrag, value);
  if (name == "ice-pwd") return assign_credential(to.ice.pwd, value);
  if (name == "fingerprint") return append(to.fingerprints, parse_fingerprint(value));
  if (name == "setup") return assign(to.setup, parse_setup(value));
  if (name == "extmap") return append(to.extmaps, parse_extmap(value));
  if (name == "extmap-allow-mixed") {
    to.extmap_allow_mixed = true;
    return Outcome::kTaken;
  }
  if (name == "ice-options") {
    for (const std::string_view option : split(value, ' ')) to.ice_options.emplace_back(option);
    return Outcome::kTaken;
  }
  return Outcome::kUnknown;
}

Outcome session_attribute(SessionDescription& to, std::string_view name, std::string_view value) {
  if (name == "group") return append(to.groups, parse_group(value));
  if (name == "msid-semantic") {
    to.msid_semantic = trimmed(value);
    return Outcome::kTaken;
  }
  if (name == "ice-lite") {
    to.ice_lite = true;
    return Outcome::kTaken;
  }
  return common_attribute(to, name, value);
}

Outcome codec_attribute(MediaSection& to, std::string_view name, std::string_view value) {
  if (name == "rtpmap") return append(to.rtpmaps, parse_rtpmap(value));
  if (name == "fmtp") {
    // Sections that are not RTP give it formats of their own.
    auto fmtp = parse_fmtp(value);
    return fmtp ? append(to.fmtps, std::move(fmtp)) : Outcome::kUnknown;
  }
  if (name == "rtcp-fb") return append(to.feedback, parse_rtcp_feedback(value));
  return Outcome::kUnknown;
}

Outcome source_attribute(MediaSection& to, std::string_view name, std::string_view value) {
  if (name == "ssrc") return append(to.ssrcs, parse_ssrc(value));
  if (name == "ssrc-group") return append(to.ssrc_groups, parse_ssrc_group(value));
  if (name == "msid") return append(to.msids, parse_msid(value));
  if (name == "rid") {
    if (to.rids.size() == kMaxRids) return Outcome::kMalformed;
    return append(to.rids, parse_rid(value));
  }
  if (name == "simulcast") {
    // The form of early drafts is not that of RFC 8853; such a line says nothing to us.
    auto simulcast = parse_simulcast(trimmed(value));
    if (!simulcast) return Outcome::kUnknown;
    to.simulcast = std::move(*simulcast);
    return Outcome::kTaken;
  }
  return Outcome::kUnknown;
}

Outcome flag_attribute(MediaSection& to, std::string_view name) {
  bool* flag = name == "rtcp-mux"            ? &to.rtcp_mux
               : name == "rtcp-rsize"        ? &to.rtcp_rsize
               : name == "bundle-only"       ? &to.bundle_only
               : name == "end-of-candidates" ? &to.end_of_candidates
                                             : nullptr;
  if (flag == nullptr) return Outcome::kUnknown;
  *flag = true;
  return Outcome::kTaken;
}

Outcome media_attribute(MediaSection& to, std::string_view name, std::string_view value) {
  if (name == "mid") {
    const bool is_token = value.find(' ') == std::string_view::npos;
    if (value.empty() || value.size() > kMaxMidSize || !is_token) return Outcome::kMalformed;
    to.mid = value;
    return Outcome::kTaken;
  }
  if (name == "candidate") {
    if (auto candidate = parse_candidate(value)) to.candidates.push_back(std::move(*candidate));
    return Outcome::kTaken;
  }
  for (const auto& group : {codec_attribute, source_attribute}) {
    const Outcome outcome = group(to, name, value);
    if (outcome != Outcome::kUnknown) return outcome;
  }
  const Outcome outcome = flag_attribute(to, name);
  return outcome != Outcome::kUnknown ? outcome : common_attribute(to, name, value);
}

/// "audio 9 UDP/TLS/RTP/SAVPF 111 63"; a number of ports after the port is ignored.
std::optional<MediaSection> parse_media(std::string_view value) {
  MediaSection section;
  section.kind = take_until(value, ' ');
  std::string_view ports = take_until(value, ' ');
  const auto port = number<std::uint16_t>(take_until(ports, '/'));
  section.protocol = take_until(value, ' ');
  if (section.kind.empty() || !port || section.protocol.empty()) return std::nullopt;
  section.port = *port;
  for (const std::string_view format : split(value, ' ')) section.formats.emplace_back(format);
  return section;
}

/// Reads line by line; the first error ends it.
class Parser {
 public:
  ResultOr<SessionDescription> parse(std::string_view text) {
    if (text.size() > kMaxDescriptionSize) {
      return fail("the session description is longer than " + std::to_string(kMaxDescriptionSize) +
                  " bytes");
    }
    while (!text.empty() && error_.empty()) {
      std::string_view line = take_until(text, '\n');
      ++line_number_;
      if (line.ends_with('\r')) line.remove_suffix(1);
      if (!line.empty()) parse_line(line);
    }
    if (error_.empty() && !has_version_) error_ = "the session description has no v= line";
    if (!error_.empty()) return fail(std::move(error_));
    return std::move(description_);
  }

 private:
  void refuse(std::string_view what, std::string_view line) {
    static constexpr std::size_t kShown = 80;
    std::string shown(line.substr(0, kShown));
    // The text goes into a log line and a message to the user.
    for (char& c : shown) {
      if (static_cast<unsigned char>(c) < ' ' || static_cast<unsigned char>(c) > '~') c = '?';
    }
    error_ = "session description, line " + std::to_string(line_number_) + ": " +
             std::string(what) + ": " + shown;
  }

  void parse_line(std::string_view line) {
    if (line.size() > kMaxLineSize) return refuse("longer than allowed", line);
    if (line.size() < 2 || line[1] != '=') return refuse("not of the form x=value", line);
    if (line.find('\0') != std::string_view::npos) return refuse("contains a zero byte", line);
    const std::string_view value = line.substr(2);
    if (line[0] != 'v' && !has_version_) return refuse("does not begin with v=0", line);
    switch (line[0]) {
      case 'v':
        if (has_version_ || value != "0") return refuse("not version 0", line);
        has_version_ = true;
        return;
      case 'o':
        return parse_origin_line(value, line);
      case 's':
        if (!in_section()) description_.name = value;
        return;
      case 'c':
        if (in_section()) section().connection = value;
        return;
      case 'm':
        return begin_section(value, line);
      case 'a':
        return parse_attribute(value, line);
      default:
        return;  // i=, u=, e=, p=, b=, t=, r=, z=, k=: nothing that WebRTC uses
    }
  }

  void parse_origin_line(std::string_view value, std::string_view line) {
    auto origin = parse_origin(value);
    if (!origin || in_section()) return refuse("bad origin", line);
    description_.origin = std::move(*origin);
  }

  void begin_section(std::string_view value, std::string_view line) {
    if (description_.sections.size() == kMaxSections) return refuse("too many sections", line);
    auto section = parse_media(value);
    if (!section) return refuse("bad media section", line);
    description_.sections.push_back(std::move(*section));
    attributes_ = 0;
  }

  void parse_attribute(std::string_view value, std::string_view line) {
    if (++attributes_ > kMaxAttributesPerSection) return refuse("too many attributes", line);
    std::string_view rest = value;
    const std::string_view name = take_until(rest, ':');
    const Outcome outcome = in_section() ? media_attribute(section(), name, rest)
                                         : session_attribute(description_, name, rest);
    if (outcome == Outcome::kMalformed) return refuse("bad value", line);
    if (outcome == Outcome::kTaken || name.empty()) return;
    const bool has_value = value.size() > name.size();
    auto& other = in_section() ? section().other : description_.other;
    other.push_back(
        {std::string(name), has_value ? std::optional(std::string(rest)) : std::nullopt});
  }

  bool in_section() const { return !description_.sections.empty(); }
  MediaSection& section() { return description_.sections.back(); }

  SessionDescription description_;
  std::string error_;
  std::size_t line_number_ = 0;
  std::size_t attributes_ = 0;
  bool has_version_ = false;
};

}  // namespace

ResultOr<SessionDescription> parse_session_description(std::string_view text) {
  return Parser().parse(text);
}

}  // namespace halcyon::signald::sdp
