#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "signald/sdp/candidate.h"

namespace halcyon::signald::sdp {

enum class Direction { kSendRecv, kSendOnly, kRecvOnly, kInactive };

/// The same direction seen from the other side.
Direction reversed(Direction direction);
bool sends(Direction direction);
bool receives(Direction direction);

/// a=setup (RFC 4145, RFC 5763).
enum class SetupRole { kActPass, kActive, kPassive, kHoldConn };

/// o= (RFC 8866 5.2).
struct Origin {
  std::string username = "-";
  std::string session_id = "0";
  std::uint64_t version = 0;
  std::string address = "IN IP4 0.0.0.0";
  bool operator==(const Origin&) const = default;
};

/// An attribute this parser gives no meaning to, kept as it came.
struct Attribute {
  std::string name;
  std::optional<std::string> value;
  bool operator==(const Attribute&) const = default;
};

struct RtpMap {
  std::uint8_t payload_type = 0;  // 0..127
  std::string name;
  std::uint32_t clock_rate = 0;  // Hz
  std::uint32_t channels = 0;    // 0: not written
  bool operator==(const RtpMap&) const = default;
};

struct Fmtp {
  std::uint8_t payload_type = 0;
  std::string parameters;  // verbatim
  bool operator==(const Fmtp&) const = default;
};

/// a=rtcp-fb (RFC 4585 4.2).
struct RtcpFeedback {
  std::optional<std::uint8_t> payload_type;  // none: "*", all of the section
  std::string value;                         // "nack pli"
  bool operator==(const RtcpFeedback&) const = default;
};

/// a=extmap (RFC 8285 8).
struct Extmap {
  std::uint16_t id = 0;
  std::optional<Direction> direction;
  std::string uri;
  std::string parameters;
  bool operator==(const Extmap&) const = default;
};

/// a=rid (RFC 8851).
struct Rid {
  std::string id;
  Direction direction = Direction::kSendOnly;  // kSendOnly or kRecvOnly
  std::string restrictions;
  bool operator==(const Rid&) const = default;
};

/// a=simulcast (RFC 8853). Each stream is a list of alternatives, the preferred one first.
struct Simulcast {
  struct Alternative {
    std::string rid;
    bool paused = false;
    bool operator==(const Alternative&) const = default;
  };
  using Stream = std::vector<Alternative>;
  std::vector<Stream> send;
  std::vector<Stream> recv;
  bool empty() const { return send.empty() && recv.empty(); }
  bool operator==(const Simulcast&) const = default;
};

/// a=ssrc and a=ssrc-group (RFC 5576).
struct SsrcAttribute {
  std::uint32_t ssrc = 0;
  std::string name;
  std::string value;
  bool operator==(const SsrcAttribute&) const = default;
};
struct SsrcGroup {
  std::string semantics;
  std::vector<std::uint32_t> ssrcs;
  bool operator==(const SsrcGroup&) const = default;
};

/// a=fingerprint (RFC 8122).
struct Fingerprint {
  std::string algorithm;  // lower case
  std::vector<std::uint8_t> digest;
  bool operator==(const Fingerprint&) const = default;
};

struct IceCredentials {
  std::string ufrag;
  std::string pwd;
  bool complete() const { return !ufrag.empty() && !pwd.empty(); }
  bool operator==(const IceCredentials&) const = default;
};

/// a=msid (RFC 8830). The stream "-" means none.
struct Msid {
  std::string stream;
  std::string track;
  bool operator==(const Msid&) const = default;
};

/// a=group (RFC 5888).
struct Group {
  std::string semantics;
  std::vector<std::string> mids;
  bool operator==(const Group&) const = default;
};

/// Attributes that stand at session or at media level.
struct CommonAttributes {
  IceCredentials ice;
  std::vector<std::string> ice_options;
  std::vector<Fingerprint> fingerprints;
  std::optional<SetupRole> setup;
  std::optional<Direction> direction;
  std::vector<Extmap> extmaps;
  bool extmap_allow_mixed = false;
  std::vector<Attribute> other;
  bool operator==(const CommonAttributes&) const = default;
};

/// An m= section.
struct MediaSection : CommonAttributes {
  std::string kind;  // "audio", "video", "application", …
  std::uint16_t port = 0;
  std::string protocol = "UDP/TLS/RTP/SAVPF";
  std::vector<std::string> formats;  // payload types of an RTP section, preferred first
  std::string connection;            // "IN IP4 0.0.0.0", empty if there is no c= line
  std::optional<std::string> mid;
  bool bundle_only = false;
  bool rtcp_mux = false;
  bool rtcp_rsize = false;
  std::vector<RtpMap> rtpmaps;
  std::vector<Fmtp> fmtps;
  std::vector<RtcpFeedback> feedback;
  std::vector<Rid> rids;
  Simulcast simulcast;
  std::vector<SsrcGroup> ssrc_groups;
  std::vector<SsrcAttribute> ssrcs;
  std::vector<Msid> msids;
  std::vector<Candidate> candidates;
  bool end_of_candidates = false;

  /// The payload types of an RTP section, in the order of its m= line; formats that are none are
  /// left out.
  std::vector<std::uint8_t> payload_types() const;
  const RtpMap* rtpmap(std::uint8_t payload_type) const;
  /// Empty if there is none.
  std::string_view fmtp(std::uint8_t payload_type) const;
  bool has_feedback(std::uint8_t payload_type, std::string_view value) const;
  bool operator==(const MediaSection&) const = default;
};

/// A session description (RFC 8866) as WebRTC uses it (RFC 9429).
struct SessionDescription : CommonAttributes {
  Origin origin;
  std::string name = "-";
  bool ice_lite = false;
  std::optional<std::string> msid_semantic;
  std::vector<Group> groups;
  std::vector<MediaSection> sections;

  /// The mids of the first BUNDLE group (RFC 9143); null without one.
  const std::vector<std::string>* bundle() const;
  const MediaSection* section(std::string_view mid) const;
  bool operator==(const SessionDescription&) const = default;
};

/// Text without regard to case, as SDP compares encoding names.
bool equal_ignoring_case(std::string_view a, std::string_view b);

}  // namespace halcyon::signald::sdp
