#include "signald/whip/ice_fragment.h"

#include <fmt/format.h>

#include <algorithm>

#include "signald/sdp/tokens.h"

namespace halcyon::signald {
namespace {

constexpr std::string_view kUfrag = "a=ice-ufrag:";
constexpr std::string_view kPwd = "a=ice-pwd:";

std::string ice_lines(const sdp::IceCredentials& ice) {
  return ice.complete() ? fmt::format("{}{}\r\n{}{}\r\n", kUfrag, ice.ufrag, kPwd, ice.pwd) : "";
}

/// Wider than RFC 8839 5.4, as senders are; what would end a line of SDP is not among it.
bool is_graphic(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

}  // namespace

ResultOr<sdp::IceCredentials> parse_ice_fragment(std::string_view text) {
  sdp::IceCredentials chosen;
  sdp::IceCredentials current;  // of the session or section being read
  bool in_section = false;
  while (!text.empty()) {
    std::string_view line = sdp::take_until(text, '\n');
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.starts_with("m=")) {
      if (chosen.ufrag.empty()) chosen = current;
      current = {};
      in_section = true;
    } else if (line.starts_with(kUfrag)) {
      current.ufrag = line.substr(kUfrag.size());
    } else if (line.starts_with(kPwd)) {
      current.pwd = line.substr(kPwd.size());
    } else if (line.starts_with("a=mid:") && !in_section) {
      return fail("a=mid in front of the first m=");
    }
  }
  if (chosen.ufrag.empty()) chosen = current;
  if (!is_graphic(chosen.ufrag) || !is_graphic(chosen.pwd)) return fail("bad ICE credentials");
  return chosen;
}

const sdp::IceCredentials& ice_credentials(const sdp::SessionDescription& description) {
  if (!description.ice.ufrag.empty()) return description.ice;
  const auto& sections = description.sections;
  const auto first =
      std::find_if(sections.begin(), sections.end(),
                   [](const sdp::MediaSection& section) { return !section.ice.ufrag.empty(); });
  return first == sections.end() ? description.ice : first->ice;
}

sdp::SessionDescription restarted(sdp::SessionDescription offer, const sdp::IceCredentials& ice) {
  if (!offer.ice.ufrag.empty()) offer.ice = ice;
  for (sdp::MediaSection& section : offer.sections) {
    if (!section.ice.ufrag.empty()) section.ice = ice;
    section.candidates.clear();
    section.end_of_candidates = false;
  }
  return offer;
}

std::string write_ice_fragment(const sdp::SessionDescription& description) {
  std::string text = ice_lines(description.ice);
  for (const sdp::MediaSection& section : description.sections) {
    text += fmt::format("m={} {} {} {}\r\n", section.kind, section.port, section.protocol,
                        fmt::join(section.formats, " "));
    if (section.mid) text += fmt::format("a=mid:{}\r\n", *section.mid);
    text += ice_lines(section.ice);
    for (const sdp::Candidate& candidate : section.candidates) {
      text += "a=" + sdp::write_candidate(candidate) + "\r\n";
    }
  }
  return text;
}

}  // namespace halcyon::signald
