#include "signald/stream/up_negotiation.h"

#include <algorithm>

#include "signald/sdp/sdp_writer.h"
#include "signald/sdp/tokens.h"
#include "signald/stream/codec_matching.h"

namespace halcyon::signald {
namespace {

bool contains(const std::vector<std::string>& list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

/// SSRCs of repair streams: the second of each pair (RFC 5576 4.2, RFC 5956 4.3).
bool is_repair(const sdp::MediaSection& section, std::uint32_t ssrc) {
  return std::any_of(section.ssrc_groups.begin(), section.ssrc_groups.end(),
                     [&](const sdp::SsrcGroup& group) {
                       const bool pairs = group.semantics == "FID" || group.semantics == "FEC-FR";
                       return pairs && group.ssrcs.size() == 2 && group.ssrcs[1] == ssrc;
                     });
}

std::vector<std::uint32_t> media_ssrcs(const sdp::MediaSection& section) {
  std::vector<std::uint32_t> ssrcs;
  for (const sdp::SsrcAttribute& line : section.ssrcs) {
    const bool known = std::find(ssrcs.begin(), ssrcs.end(), line.ssrc) != ssrcs.end();
    if (!known && !is_repair(section, line.ssrc)) ssrcs.push_back(line.ssrc);
  }
  return ssrcs;
}

/// What the publisher calls a section's stream and track; parts it does not name stay empty.
sdp::Msid section_msid(const sdp::MediaSection& section) {
  sdp::Msid msid;
  if (!section.msids.empty()) {
    msid = section.msids.front();
  } else {
    for (const sdp::SsrcAttribute& line : section.ssrcs) {
      if (line.name != "msid" || !msid.stream.empty()) continue;
      std::string_view rest = line.value;
      msid.stream = sdp::take_until(rest, ' ');
      msid.track = sdp::trimmed(rest);
    }
  }
  if (msid.stream == "-") msid.stream.clear();
  return msid;
}

/// The encodings a section sends, in the order of its simulcast line, or of its rid lines without
/// one.
std::vector<std::string> sent_rids(const sdp::MediaSection& section) {
  std::vector<std::string> declared;
  for (const sdp::Rid& rid : section.rids) {
    if (rid.direction == sdp::Direction::kSendOnly) declared.push_back(rid.id);
  }
  if (section.simulcast.send.empty()) return declared;
  std::vector<std::string> ordered;
  for (const sdp::Simulcast::Stream& stream : section.simulcast.send) {
    const std::string& rid = stream.front().rid;
    if (contains(declared, rid) && !contains(ordered, rid)) ordered.push_back(rid);
  }
  return ordered.empty() ? declared : ordered;
}

bool is_paused(const sdp::MediaSection& section, std::string_view rid) {
  for (const sdp::Simulcast::Stream& stream : section.simulcast.send) {
    if (stream.front().rid == rid) return stream.front().paused;
  }
  return false;
}

/// Extensions that help to find a packet's track, with the offer's ids.
std::vector<sdp::Extmap> accepted_extensions(const sdp::MediaSection& section, MediaKind kind) {
  // What one-byte and two-byte headers can carry (RFC 8285 4.2, 4.3).
  constexpr std::uint16_t kLastId = 255;
  std::vector<sdp::Extmap> accepted;
  for (const sdp::Extmap& extmap : section.extmaps) {
    const bool wanted = extmap.uri == kMidExtension ||
                        (kind == MediaKind::kVideo &&
                         (extmap.uri == kRidExtension || extmap.uri == kRepairedRidExtension));
    const bool sent = sdp::sends(extmap.direction.value_or(sdp::Direction::kSendRecv));
    if (wanted && sent && extmap.id <= kLastId && extmap.id != 15) {
      accepted.push_back({extmap.id, std::nullopt, extmap.uri, ""});
    }
  }
  return accepted;
}

void merge_extensions(HeaderExtensionIds& ids, const std::vector<sdp::Extmap>& extmaps) {
  const auto set = [](std::uint16_t& id, std::uint16_t value) {
    if (id == 0) id = value;
  };
  for (const sdp::Extmap& extmap : extmaps) {
    if (extmap.uri == kMidExtension) set(ids.mid, extmap.id);
    if (extmap.uri == kRidExtension) set(ids.rid, extmap.id);
    if (extmap.uri == kRepairedRidExtension) set(ids.repaired_rid, extmap.id);
  }
}

sdp::Direction offered_direction(const sdp::MediaSection& section) {
  return section.direction.value_or(sdp::Direction::kSendRecv);
}

void append_tracks(std::vector<UpTrackDescription>& tracks, const sdp::MediaSection& section,
                   const std::vector<NegotiatedCodec>& codecs) {
  if (codecs.empty() || !sdp::sends(offered_direction(section))) return;
  UpTrackDescription track{*section.mid, "",     media_kind(section).value_or(MediaKind::kAudio),
                           {},           codecs, section_msid(section)};
  const std::vector<std::string> rids = sent_rids(section);
  for (const std::string& rid : rids) {
    track.rid = rid;
    tracks.push_back(track);
  }
  if (!rids.empty()) return;
  track.ssrcs = media_ssrcs(section);
  tracks.push_back(track);
}

/// Our DTLS role: client where the offer leaves the choice, so that the ClientHello is ours.
ResultOr<DtlsRole> choose_role(const sdp::SessionDescription& offer,
                               const sdp::MediaSection& tagged,
                               const std::optional<RemoteTransport>& before) {
  switch (offered_setup(offer, tagged)) {
    case sdp::SetupRole::kActive:
      return DtlsRole::kServer;
    case sdp::SetupRole::kPassive:
      return DtlsRole::kClient;
    case sdp::SetupRole::kHoldConn:
      return fail("a=setup:holdconn is not supported");
    case sdp::SetupRole::kActPass:
      break;
  }
  if (before) return before->local_role;
  return offer.ice_lite ? DtlsRole::kServer : DtlsRole::kClient;
}

sdp::MediaSection rejected(const sdp::MediaSection& offered) {
  sdp::MediaSection section;
  section.kind = offered.kind;
  section.protocol = offered.protocol;
  section.connection = "IN IP4 0.0.0.0";
  section.mid = offered.mid;
  section.direction = sdp::Direction::kInactive;
  // An m= line needs a format; formats other than payload types have names.
  const bool rtp = media_kind(offered).has_value();
  section.formats = rtp || offered.formats.empty() ? std::vector<std::string>{"0"}
                                                   : std::vector{offered.formats.front()};
  return section;
}

}  // namespace

bool UpTrackDescription::same_source(const UpTrackDescription& other) const {
  const auto same_codecs = [&] {
    return std::is_permutation(codecs.begin(), codecs.end(), other.codecs.begin(),
                               other.codecs.end());
  };
  return mid == other.mid && rid == other.rid && kind == other.kind && ssrcs == other.ssrcs &&
         same_codecs();
}

UpNegotiation::UpNegotiation(std::vector<RegisteredCodec> codecs, std::uint64_t session_id)
    : codecs_(std::move(codecs)), session_id_(session_id) {}

ResultOr<std::vector<UpNegotiation::Section>> UpNegotiation::read_sections(
    const sdp::SessionDescription& offer) const {
  if (offer.sections.empty()) return fail("the offer has no media section");
  std::vector<Section> sections;
  std::vector<std::string> mids;
  for (const sdp::MediaSection& offered : offer.sections) {
    if (!offered.mid) return fail("a media section of the offer has no a=mid");
    if (contains(mids, *offered.mid))
      return fail("two media sections have the mid " + *offered.mid);
    mids.push_back(*offered.mid);
    Section section{offered, {}, {}};
    const bool bundled = offer.bundle() != nullptr && contains(*offer.bundle(), *offered.mid);
    const bool stopped = offered.port == 0 && !offered.bundle_only;
    const auto kind = media_kind(offered);
    if (bundled && !stopped && kind) {
      if (sent_rids(offered).empty() && media_ssrcs(offered).size() > 1) {
        return fail(
            "several sources in one media section without a=rid (Plan B) are not supported");
      }
      section.codecs = accepted_codecs(offered, *kind, codecs_);
      section.extmaps = accepted_extensions(offered, *kind);
    }
    sections.push_back(std::move(section));
  }
  return sections;
}

ResultOr<std::optional<RemoteTransport>> UpNegotiation::read_transport(
    const sdp::SessionDescription& offer, const std::vector<Section>& sections) {
  const bool any = std::any_of(sections.begin(), sections.end(),
                               [](const Section& section) { return section.accepted(); });
  if (!any) return std::optional<RemoteTransport>();
  const sdp::MediaSection* tagged = offer.section(offer.bundle()->front());
  if (tagged == nullptr) return fail("the first mid of the BUNDLE group names no media section");
  auto remote = bundled_transport(offer, *tagged);
  if (!remote) return tl::unexpected(remote.error());
  const auto role = choose_role(offer, *tagged, remote_);
  if (!role) return tl::unexpected(role.error());
  remote->local_role = *role;
  for (const Section& section : sections) {
    if (section.accepted()) merge_extensions(remote->extensions, section.extmaps);
  }
  return std::optional(std::move(*remote));
}

ResultOr<UpNegotiation::Change> UpNegotiation::take_offer(const sdp::SessionDescription& offer) {
  auto sections = read_sections(offer);
  if (!sections) return tl::unexpected(sections.error());
  auto remote = read_transport(offer, *sections);
  if (!remote) return tl::unexpected(remote.error());

  Change change;
  if (remote_ && *remote) {
    change.ice_restart = !(remote_->ice == (*remote)->ice);
    change.new_association = remote_->fingerprints != (*remote)->fingerprints;
  }
  sections_ = std::move(*sections);
  remote_ = std::move(*remote);
  tracks_.clear();
  for (const Section& section : sections_) append_tracks(tracks_, section.offered, section.codecs);
  extmap_allow_mixed_ =
      offer.extmap_allow_mixed ||
      std::any_of(offer.sections.begin(), offer.sections.end(),
                  [](const sdp::MediaSection& s) { return s.extmap_allow_mixed; });
  return change;
}

sdp::MediaSection UpNegotiation::answer_section(const Section& section,
                                                const LocalTransport& local) const {
  const auto setup =
      remote_->local_role == DtlsRole::kClient ? sdp::SetupRole::kActive : sdp::SetupRole::kPassive;
  sdp::MediaSection answer = local_section(section.offered.kind, setup, local);
  answer.protocol = section.offered.protocol;
  answer.mid = section.offered.mid;
  for (const NegotiatedCodec& codec : section.codecs) add_codec(answer, codec);
  answer.extmaps = section.extmaps;
  const bool sent = sdp::sends(offered_direction(section.offered));
  answer.direction = sent ? sdp::Direction::kRecvOnly : sdp::Direction::kInactive;
  for (const std::string& rid : sent_rids(section.offered)) {
    answer.rids.push_back({rid, sdp::Direction::kRecvOnly, ""});
    if (section.offered.simulcast.send.empty()) continue;
    answer.simulcast.recv.push_back({{rid, is_paused(section.offered, rid)}});
  }
  return answer;
}

std::string UpNegotiation::answer(const LocalTransport& local) {
  sdp::SessionDescription answer = local_session(session_id_, ++version_, local);
  answer.extmap_allow_mixed = extmap_allow_mixed_;
  sdp::Group bundle{"BUNDLE", {}};
  for (const Section& section : sections_) {
    if (!section.accepted()) {
      answer.sections.push_back(rejected(section.offered));
      continue;
    }
    answer.sections.push_back(answer_section(section, local));
    if (bundle.mids.empty()) add_candidates(answer.sections.back(), local);
    bundle.mids.push_back(*section.offered.mid);
  }
  if (!bundle.mids.empty()) answer.groups = {bundle};
  return sdp::write_session_description(answer);
}

}  // namespace halcyon::signald
