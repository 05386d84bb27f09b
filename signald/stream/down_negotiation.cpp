#include "signald/stream/down_negotiation.h"

#include <algorithm>

#include "signald/sdp/sdp_writer.h"
#include "signald/stream/codec_matching.h"

namespace halcyon::signald {
namespace {

// Offered in video sections; the receiver's answer says which of them it uses.
constexpr HeaderExtensionIds kOfferedExtensions{1, 2, 3};

bool contains(const std::vector<TrackId>& list, TrackId id) {
  return std::find(list.begin(), list.end(), id) != list.end();
}

std::string_view kind_name(MediaKind kind) { return kind == MediaKind::kAudio ? "audio" : "video"; }

/// The lines that tie an SSRC to a stream and a track; old receivers read the ssrc ones, new ones
/// msid.
void add_source(sdp::MediaSection& section, const DownTrack& track) {
  const sdp::Msid& msid = track.source.msid;
  section.ssrcs = {{track.ssrc, "cname", msid.stream},
                   {track.ssrc, "msid", msid.stream + " " + msid.track},
                   {track.ssrc, "mslabel", msid.stream},
                   {track.ssrc, "label", msid.track}};
  section.msids = {msid};
}

/// The codec as the receiver took it: its payload type, and of the feedback what it wants too. None
/// if it is missing.
std::optional<NegotiatedCodec> accepted(const NegotiatedCodec& offered,
                                        const sdp::MediaSection& answer) {
  for (const std::uint8_t type : answer.payload_types()) {
    const sdp::RtpMap* map = answer.rtpmap(type);
    // Static payload types need no rtpmap (RFC 3551 6).
    const bool same = map != nullptr ? sdp::equal_ignoring_case(map->name, offered.name) &&
                                           map->clock_rate == offered.clock_rate
                                     : type == offered.payload_type;
    if (!same) continue;
    NegotiatedCodec codec = offered;
    codec.payload_type = type;
    codec.remb = offered.remb && answer.has_feedback(type, "goog-remb");
    codec.nack = offered.nack && answer.has_feedback(type, "nack");
    codec.pli = offered.pli && answer.has_feedback(type, "nack pli");
    codec.fir = offered.fir && answer.has_feedback(type, "ccm fir");
    return codec;
  }
  return std::nullopt;
}

void merge_extensions(HeaderExtensionIds& ids, const sdp::MediaSection& section) {
  for (const sdp::Extmap& extmap : section.extmaps) {
    const auto take = [&](std::string_view uri, std::uint16_t offered, std::uint16_t& id) {
      if (extmap.uri == uri && extmap.id == offered) id = offered;
    };
    take(kMidExtension, kOfferedExtensions.mid, ids.mid);
    take(kRidExtension, kOfferedExtensions.rid, ids.rid);
    take(kRepairedRidExtension, kOfferedExtensions.repaired_rid, ids.repaired_rid);
  }
}

}  // namespace

DownNegotiation::DownNegotiation(std::uint64_t session_id, LocalTransport local,
                                 RandomSource& random)
    : random_(random), session_id_(session_id), local_(std::move(local)) {}

std::vector<TrackId> DownNegotiation::set_sources(const std::vector<DownSource>& wanted) {
  const auto is_wanted = [&](const DownSource& source) {
    return std::find(wanted.begin(), wanted.end(), source) != wanted.end();
  };
  std::vector<TrackId> ended;
  for (Section& section : sections_) {
    if (!section.track || is_wanted(section.track->source)) continue;
    if (section.running) ended.push_back(section.track->id);
    section.track.reset();
    section.running = false;
  }
  std::erase_if(refused_, [&](TrackId id) {
    return std::none_of(wanted.begin(), wanted.end(),
                        [&](const DownSource& source) { return source.id == id; });
  });
  wanted_ = wanted;
  return ended;
}

void DownNegotiation::restart_ice(sdp::IceCredentials fresh) { fresh_ice_ = std::move(fresh); }

std::vector<DownTrack> DownNegotiation::running() const {
  std::vector<DownTrack> tracks;
  for (const Section& section : sections_) {
    if (section.running) tracks.push_back(*section.track);
  }
  return tracks;
}

bool DownNegotiation::is_settled(TrackId source) const {
  return contains(refused_, source) ||
         std::any_of(sections_.begin(), sections_.end(), [&](const Section& section) {
           return section.track && section.track->source.id == source;
         });
}

bool DownNegotiation::needs_offer() const {
  const bool new_source = std::any_of(wanted_.begin(), wanted_.end(),
                                      [&](const DownSource& s) { return !is_settled(s.id); });
  const bool abandoned = std::any_of(sections_.begin(), sections_.end(), [](const Section& s) {
    return s.state == SectionState::kActive && !s.track;
  });
  return new_source || abandoned || fresh_ice_.has_value();
}

DownNegotiation::Section& DownNegotiation::section_for(const DownSource& source) {
  const auto with = [&](SectionState state, bool same_codec) {
    return std::find_if(sections_.begin(), sections_.end(), [&](const Section& s) {
      return !s.track && s.state == state && s.kind == source.kind &&
             (!same_codec || s.codec == source.codec);
    });
  };
  // A change of codec in a section that lives on trips some receivers, hence only the same.
  if (const auto inactive = with(SectionState::kInactive, true); inactive != sections_.end()) {
    return *inactive;
  }
  auto section = with(SectionState::kRejected, false);
  if (section == sections_.end()) section = sections_.insert(section, Section{});
  section->mid = std::to_string(next_mid_++);
  section->kind = source.kind;
  section->codec = source.codec;
  return *section;
}

void DownNegotiation::place_sources() {
  // What became inactive is known to the receiver only with the answer to this offer, so it is not
  // used again before.
  std::vector<const DownSource*> unplaced;
  for (const DownSource& source : wanted_) {
    if (!is_settled(source.id)) unplaced.push_back(&source);
  }
  for (const DownSource* source : unplaced) {
    Section& section = section_for(*source);
    section.track = DownTrack{TrackId(random_.u64()), random_.u32(), *source, source->codec};
    section.state = SectionState::kActive;
  }
  for (Section& section : sections_) {
    if (section.state == SectionState::kActive && !section.track) {
      section.state = SectionState::kInactive;
    }
  }
}

std::optional<DownNegotiation::Offer> DownNegotiation::next_offer() {
  if (awaits_answer_ || !needs_offer()) return std::nullopt;
  Offer offer;
  if (fresh_ice_) {
    local_.ice = std::move(*fresh_ice_);
    fresh_ice_.reset();
    offer.ice_restarted = true;
  }
  place_sources();
  offer.sdp = write_offer();
  awaits_answer_ = true;
  return offer;
}

sdp::MediaSection DownNegotiation::describe(const Section& section) const {
  const std::string kind(kind_name(section.kind));
  if (section.state == SectionState::kRejected) {
    sdp::MediaSection rejected;
    rejected.kind = kind;
    rejected.connection = "IN IP4 0.0.0.0";
    rejected.mid = section.mid;
    rejected.direction = sdp::Direction::kInactive;
    add_codec(rejected, section.codec);
    rejected.feedback.clear();
    return rejected;
  }
  sdp::MediaSection media = local_section(kind, sdp::SetupRole::kActPass, local_);
  media.mid = section.mid;
  add_codec(media, section.codec);
  if (section.kind == MediaKind::kVideo) {
    media.extmaps = {
        {kOfferedExtensions.mid, std::nullopt, std::string(kMidExtension), ""},
        {kOfferedExtensions.rid, std::nullopt, std::string(kRidExtension), ""},
        {kOfferedExtensions.repaired_rid, std::nullopt, std::string(kRepairedRidExtension), ""}};
  }
  if (section.track) add_source(media, *section.track);
  media.direction = section.track ? sdp::Direction::kSendOnly : sdp::Direction::kInactive;
  return media;
}

std::string DownNegotiation::write_offer() {
  sdp::SessionDescription offer = local_session(session_id_, ++version_, local_);
  offer.extmap_allow_mixed = extmap_allow_mixed_;
  sdp::Group bundle{"BUNDLE", {}};
  for (const Section& section : sections_) {
    offer.sections.push_back(describe(section));
    if (section.state == SectionState::kRejected) continue;
    if (bundle.mids.empty()) add_candidates(offer.sections.back(), local_);
    bundle.mids.push_back(section.mid);
  }
  offer.groups = {bundle};
  return sdp::write_session_description(offer);
}

std::optional<std::string> DownNegotiation::mismatch(const sdp::SessionDescription& answer) const {
  if (!awaits_answer_) return "no offer is waiting for an answer";
  if (answer.sections.size() != sections_.size()) {
    return "the answer has " + std::to_string(answer.sections.size()) +
           " media sections, the offer " + std::to_string(sections_.size());
  }
  for (std::size_t i = 0; i < sections_.size(); ++i) {
    const sdp::MediaSection& section = answer.sections[i];
    const bool same_mid = !section.mid || *section.mid == sections_[i].mid;
    if (section.kind != kind_name(sections_[i].kind) || !same_mid) {
      return "media section " + std::to_string(i) + " of the answer is not that of the offer";
    }
  }
  return std::nullopt;
}

ResultOr<RemoteTransport> DownNegotiation::read_transport(
    const sdp::SessionDescription& answer) const {
  const sdp::MediaSection* tagged = nullptr;
  if (answer.bundle() != nullptr && !answer.bundle()->empty()) {
    tagged = answer.section(answer.bundle()->front());
  }
  for (const sdp::MediaSection& section : answer.sections) {
    if (tagged == nullptr && section.port != 0) tagged = &section;
  }
  if (tagged == nullptr) return fail("the receiver accepts none of the tracks");
  auto remote = bundled_transport(answer, *tagged);
  if (!remote) return remote;
  switch (offered_setup(answer, *tagged)) {
    case sdp::SetupRole::kActive:
      remote->local_role = DtlsRole::kServer;
      break;
    case sdp::SetupRole::kPassive:
      remote->local_role = DtlsRole::kClient;
      break;
    default:
      return fail("the answer's a=setup is neither active nor passive");
  }
  for (const sdp::MediaSection& section : answer.sections)
    merge_extensions(remote->extensions, section);
  return remote;
}

void DownNegotiation::settle(Section& section, const sdp::MediaSection& answered, Answer& outcome) {
  const auto direction = answered.direction.value_or(sdp::Direction::kSendRecv);
  const bool rejected = answered.port == 0;
  const auto codec = rejected ? std::nullopt : accepted(section.codec, answered);
  if (rejected) section.state = SectionState::kRejected;
  if (!section.track) return;
  if (codec && sdp::receives(direction)) {
    section.track->codec = *codec;
    if (!section.running) outcome.started.push_back(*section.track);
    section.running = true;
    return;
  }
  refused_.push_back(section.track->source.id);
  outcome.refused.push_back(section.track->source.id);
  if (section.running) outcome.ended.push_back(section.track->id);
  section.track.reset();
  section.running = false;
  if (!rejected) section.state = SectionState::kInactive;
}

ResultOr<DownNegotiation::Answer> DownNegotiation::take_answer(
    const sdp::SessionDescription& answer) {
  if (auto reason = mismatch(answer)) return fail(std::move(*reason));
  auto remote = read_transport(answer);
  if (!remote) return tl::unexpected(remote.error());
  awaits_answer_ = false;
  remote_ = std::move(*remote);
  extmap_allow_mixed_ =
      answer.extmap_allow_mixed ||
      std::any_of(answer.sections.begin(), answer.sections.end(),
                  [](const sdp::MediaSection& s) { return s.extmap_allow_mixed; });
  Answer outcome;
  for (std::size_t i = 0; i < sections_.size(); ++i) {
    settle(sections_[i], answer.sections[i], outcome);
  }
  if (!outcome.refused.empty() && running().empty()) {
    return fail("the receiver accepts none of the tracks");
  }
  return outcome;
}

}  // namespace halcyon::signald
