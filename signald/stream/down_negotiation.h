#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/random/random.h"
#include "common/result/error.h"
#include "signald/sdp/session_description.h"
#include "signald/stream/codec_table.h"
#include "signald/stream/transport_description.h"

namespace halcyon::signald {

/// A track of a publisher as a receiver is to get it.
struct DownSource {
  TrackId id;
  MediaKind kind = MediaKind::kAudio;
  NegotiatedCodec codec;  // payload type and fmtp as the offer shall show them
  sdp::Msid msid;         // both parts are there
  bool operator==(const DownSource&) const = default;
};

/// The copy of a source for this receiver.
struct DownTrack {
  TrackId id;
  std::uint32_t ssrc = 0;
  DownSource source;
  NegotiatedCodec codec;  // as the receiver accepted it
  bool operator==(const DownTrack&) const = default;
};

/// Offers to one receiver and its answers (RFC 9429 5.2, 5.3), one offer at a time, on one
/// transport. What must be offered while an answer is due waits for it. Sections of removed tracks
/// turn inactive and are used again for a track with the same codec; a section that the receiver
/// rejected is used again under a new mid (RFC 9429 5.2.2).
class DownNegotiation {
 public:
  /// `random` is borrowed.
  DownNegotiation(std::uint64_t session_id, LocalTransport local, RandomSource& random);

  /// What the receiver is to get, audio first. Gives the running tracks that are no longer part of
  /// it: they are over at once. A source the receiver has refused is not offered again until it has
  /// been out of the list.
  std::vector<TrackId> set_sources(const std::vector<DownSource>& wanted);
  /// The next offer begins an ICE restart with these credentials (RFC 8445 9).
  void restart_ice(sdp::IceCredentials fresh);

  /// An offer, if one is needed and none is out. `ice_restarted` tells that local() has new
  /// credentials from now on.
  struct Offer {
    std::string sdp;
    bool ice_restarted = false;
  };
  std::optional<Offer> next_offer();

  struct Answer {
    std::vector<DownTrack> started;  // accepted now, to be sent from now on
    std::vector<TrackId> refused;    // sources the receiver wants nothing of
    std::vector<TrackId> ended;      // tracks that ran and are refused now
  };
  /// Reads an answer. An error, after which the connection is of no use, if it does not fit the
  /// offer or nothing is left to send.
  ResultOr<Answer> take_answer(const sdp::SessionDescription& answer);

  bool awaits_answer() const { return awaits_answer_; }
  /// None before the first answer.
  const std::optional<RemoteTransport>& remote() const { return remote_; }
  const LocalTransport& local() const { return local_; }
  /// The tracks the receiver has accepted and that are still wanted.
  std::vector<DownTrack> running() const;

 private:
  enum class SectionState { kActive, kInactive, kRejected };  // as last offered, or as answered
  struct Section {
    std::string mid;
    MediaKind kind = MediaKind::kAudio;
    NegotiatedCodec codec;
    SectionState state = SectionState::kInactive;
    std::optional<DownTrack> track;
    bool running = false;  // the receiver accepted the track
  };
  bool is_settled(TrackId source) const;
  bool needs_offer() const;
  void place_sources();
  Section& section_for(const DownSource& source);
  sdp::MediaSection describe(const Section& section) const;
  std::string write_offer();
  std::optional<std::string> mismatch(const sdp::SessionDescription& answer) const;
  ResultOr<RemoteTransport> read_transport(const sdp::SessionDescription& answer) const;
  void settle(Section& section, const sdp::MediaSection& answered, Answer& outcome);

  RandomSource& random_;
  std::uint64_t session_id_;
  std::uint64_t version_ = 0;
  LocalTransport local_;
  std::optional<RemoteTransport> remote_;
  std::vector<DownSource> wanted_;
  std::vector<TrackId> refused_;
  std::vector<Section> sections_;
  std::uint32_t next_mid_ = 0;
  std::optional<sdp::IceCredentials> fresh_ice_;
  bool awaits_answer_ = false;
  bool extmap_allow_mixed_ = true;
};

}  // namespace halcyon::signald
