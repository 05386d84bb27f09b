#include "signald/sdp/sdp_writer.h"

#include <algorithm>

namespace halcyon::signald::sdp {
namespace {

std::string_view direction_name(Direction direction) {
  switch (direction) {
    case Direction::kSendRecv:
      return "sendrecv";
    case Direction::kSendOnly:
      return "sendonly";
    case Direction::kRecvOnly:
      return "recvonly";
    case Direction::kInactive:
      break;
  }
  return "inactive";
}

std::string_view setup_name(SetupRole role) {
  switch (role) {
    case SetupRole::kActPass:
      return "actpass";
    case SetupRole::kActive:
      return "active";
    case SetupRole::kPassive:
      return "passive";
    case SetupRole::kHoldConn:
      break;
  }
  return "holdconn";
}

/// Collects lines.
class Writer {
 public:
  void line(std::string_view text) {
    text_ += text;
    text_ += "\r\n";
  }
  void attribute(std::string_view name) { line("a=" + std::string(name)); }
  void attribute(std::string_view name, std::string_view value) {
    line("a=" + std::string(name) + ":" + std::string(value));
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

std::string fingerprint_text(const Fingerprint& fingerprint) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string text = fingerprint.algorithm;
  char separator = ' ';
  for (const std::uint8_t byte : fingerprint.digest) {
    text += separator;
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
    separator = ':';
  }
  return text;
}

void write_security(Writer& out, const CommonAttributes& attributes) {
  for (const Fingerprint& f : attributes.fingerprints) {
    out.attribute("fingerprint", fingerprint_text(f));
  }
  if (attributes.setup) out.attribute("setup", setup_name(*attributes.setup));
}

void write_ice(Writer& out, const CommonAttributes& attributes) {
  if (!attributes.ice.ufrag.empty()) out.attribute("ice-ufrag", attributes.ice.ufrag);
  if (!attributes.ice.pwd.empty()) out.attribute("ice-pwd", attributes.ice.pwd);
  if (!attributes.ice_options.empty()) {
    out.attribute("ice-options", joined(attributes.ice_options));
  }
}

void write_extmaps(Writer& out, const CommonAttributes& attributes) {
  for (const Extmap& extmap : attributes.extmaps) {
    std::string value = std::to_string(extmap.id);
    if (extmap.direction) value += "/" + std::string(direction_name(*extmap.direction));
    value += " " + extmap.uri;
    if (!extmap.parameters.empty()) value += " " + extmap.parameters;
    out.attribute("extmap", value);
  }
}

void write_other(Writer& out, const CommonAttributes& attributes) {
  for (const Attribute& a : attributes.other) {
    if (a.value) {
      out.attribute(a.name, *a.value);
    } else {
      out.attribute(a.name);
    }
  }
}

void write_feedback(Writer& out, const RtcpFeedback& line) {
  const std::string target = line.payload_type ? std::to_string(*line.payload_type) : "*";
  out.attribute("rtcp-fb", target + " " + line.value);
}

void write_rtpmap(Writer& out, const RtpMap& map) {
  std::string value = std::to_string(map.payload_type) + " " + map.name;
  if (map.clock_rate != 0) value += "/" + std::to_string(map.clock_rate);
  if (map.channels != 0) value += "/" + std::to_string(map.channels);
  out.attribute("rtpmap", value);
}

/// Everything about one payload type stands together, in the order of the m= line; the rest
/// follows.
void write_codecs(Writer& out, const MediaSection& section) {
  const std::vector<std::uint8_t> listed = section.payload_types();
  const auto is_listed = [&](std::uint8_t type) {
    return std::find(listed.begin(), listed.end(), type) != listed.end();
  };
  std::vector<std::uint8_t> written;
  for (const std::uint8_t type : listed) {
    if (std::find(written.begin(), written.end(), type) != written.end()) continue;
    written.push_back(type);
    for (const RtpMap& map : section.rtpmaps) {
      if (map.payload_type == type) write_rtpmap(out, map);
    }
    for (const Fmtp& line : section.fmtps) {
      if (line.payload_type == type) {
        out.attribute("fmtp", std::to_string(type) + " " + line.parameters);
      }
    }
    for (const RtcpFeedback& line : section.feedback) {
      if (line.payload_type == type) write_feedback(out, line);
    }
  }
  for (const RtpMap& map : section.rtpmaps) {
    if (!is_listed(map.payload_type)) write_rtpmap(out, map);
  }
  for (const Fmtp& line : section.fmtps) {
    if (!is_listed(line.payload_type)) {
      out.attribute("fmtp", std::to_string(line.payload_type) + " " + line.parameters);
    }
  }
  for (const RtcpFeedback& line : section.feedback) {
    if (!line.payload_type || !is_listed(*line.payload_type)) write_feedback(out, line);
  }
}

std::string simulcast_list(const std::vector<Simulcast::Stream>& streams) {
  std::string text;
  for (const Simulcast::Stream& stream : streams) {
    if (!text.empty()) text += ";";
    bool first = true;
    for (const Simulcast::Alternative& alternative : stream) {
      if (!first) text += ",";
      first = false;
      if (alternative.paused) text += "~";
      text += alternative.rid;
    }
  }
  return text;
}

void write_encodings(Writer& out, const MediaSection& section) {
  for (const Rid& rid : section.rids) {
    std::string value = rid.id + (rid.direction == Direction::kSendOnly ? " send" : " recv");
    if (!rid.restrictions.empty()) value += " " + rid.restrictions;
    out.attribute("rid", value);
  }
  if (section.simulcast.empty()) return;
  std::string value;
  if (!section.simulcast.send.empty()) value = "send " + simulcast_list(section.simulcast.send);
  if (!section.simulcast.recv.empty()) {
    value += (value.empty() ? "recv " : " recv ") + simulcast_list(section.simulcast.recv);
  }
  out.attribute("simulcast", value);
}

void write_sources(Writer& out, const MediaSection& section) {
  for (const SsrcGroup& group : section.ssrc_groups) {
    std::string value = group.semantics;
    for (const std::uint32_t ssrc : group.ssrcs) value += " " + std::to_string(ssrc);
    out.attribute("ssrc-group", value);
  }
  for (const SsrcAttribute& line : section.ssrcs) {
    std::string value = std::to_string(line.ssrc) + " " + line.name;
    if (!line.value.empty()) value += ":" + line.value;
    out.attribute("ssrc", value);
  }
  for (const Msid& msid : section.msids) {
    out.attribute("msid", msid.stream + (msid.track.empty() ? "" : " " + msid.track));
  }
}

void write_section(Writer& out, const MediaSection& section) {
  std::string media =
      "m=" + section.kind + " " + std::to_string(section.port) + " " + section.protocol;
  for (const std::string& format : section.formats) media += " " + format;
  out.line(media);
  if (!section.connection.empty()) out.line("c=" + section.connection);
  write_security(out, section);
  if (section.mid) out.attribute("mid", *section.mid);
  write_ice(out, section);
  if (section.bundle_only) out.attribute("bundle-only");
  if (section.rtcp_mux) out.attribute("rtcp-mux");
  if (section.rtcp_rsize) out.attribute("rtcp-rsize");
  write_codecs(out, section);
  write_extmaps(out, section);
  if (section.extmap_allow_mixed) out.attribute("extmap-allow-mixed");
  write_encodings(out, section);
  write_sources(out, section);
  if (section.direction) out.attribute(direction_name(*section.direction));
  for (const Candidate& candidate : section.candidates) {
    out.attribute(write_candidate(candidate));
  }
  if (section.end_of_candidates) out.attribute("end-of-candidates");
  write_other(out, section);
}

}  // namespace

std::string write_session_description(const SessionDescription& description) {
  Writer out;
  const Origin& origin = description.origin;
  out.line("v=0");
  out.line("o=" + origin.username + " " + origin.session_id + " " + std::to_string(origin.version) +
           " " + origin.address);
  out.line("s=" + description.name);
  out.line("t=0 0");
  if (description.msid_semantic) out.attribute("msid-semantic", *description.msid_semantic);
  if (description.ice_lite) out.attribute("ice-lite");
  write_security(out, description);
  write_ice(out, description);
  if (description.extmap_allow_mixed) out.attribute("extmap-allow-mixed");
  write_extmaps(out, description);
  for (const Group& group : description.groups) {
    out.attribute("group", group.semantics + (group.mids.empty() ? "" : " ") + joined(group.mids));
  }
  if (description.direction) out.attribute(direction_name(*description.direction));
  write_other(out, description);
  for (const MediaSection& section : description.sections) write_section(out, section);
  return out.take();
}

}  // namespace halcyon::signald::sdp
