#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/net/socket_address.h"
#include "common/random/random.h"
#include "common/result/result.h"
#include "common/units/moment.h"
#include "signald/auth/password_verifier.h"
#include "signald/auth/token_store.h"
#include "signald/config/global_config.h"
#include "signald/groups/group_directory.h"
#include "signald/sdp/session_description.h"
#include "signald/session/login_throttle.h"
#include "signald/session/outside_publishers.h"
#include "signald/session/signalling_server.h"
#include "signald/session/token_login.h"
#include "signald/stream/media_plane.h"

namespace halcyon::signald {

/// Publishers over HTTP at once; each costs a transport, also while nothing comes from it.
inline constexpr std::size_t kMaxWhipSessions = 1000;
/// Of one address, unless it is loopback: behind a proxy on this host everybody has that.
inline constexpr std::size_t kMaxWhipSessionsPerAddress = 100;

/// All borrowed; all must outlive the publishers.
struct WhipParts {
  SignallingServer& signalling;
  GroupDirectory& groups;
  MediaPlane& media;
  PasswordVerifier& passwords;
  TokenStore& tokens;
  GlobalConfigSource& config;
  RandomSource& random;
};

struct WhipOffer {
  std::string group;
  std::optional<std::string> token;
  SocketAddress peer;
  std::string sdp;
};

struct WhipRefusal {
  enum class Kind {
    kNoGroup,
    kUnknownToken,
    kNotAuthorised,    // wrong or expired token, or no token and the group is not open to anybody
    kForbidden,        // known, but may not enter now, or not publish
    kBadOffer,         // does not parse, or nothing in it can be taken
    kTooManyFailures,  // of this address
    kTooManySessions,
    kOverloaded,  // too many passwords are being checked
    kNoWorker,    // no media worker is connected
    kInternal,    // the group's description or the configuration is broken
  };
  Kind kind = Kind::kInternal;
  std::string text;  // for a person
};

/// One publisher. Its id is that of its URL, unguessable and unknown to the members of the group.
struct WhipSession {
  std::string id;
  std::string group;
  std::string member;
  std::optional<std::string> token;
  SocketAddress peer;
  UpStreamId media;
  std::string entity_tag;  // with its quotes
  sdp::SessionDescription offer;
};

/// Members of groups that publish one stream each by WHIP (RFC 9725) and receive nothing. Groups
/// treat them as everybody else: who may enter, kicks, shutdown. Without I/O and clock: call
/// handle_timeout() when next_deadline() has come, and look at that again after every call into the
/// signalling server, the groups or the media plane.
class WhipPublishers final : private OutsidePublishers {
 public:
  struct Published {
    const WhipSession* session;  // until the callback returns
    std::string answer;          // SDP
  };
  using Done = std::function<void(Result<Published, WhipRefusal>, Moment)>;

  explicit WhipPublishers(const WhipParts& parts);
  ~WhipPublishers() override;
  WhipPublishers(const WhipPublishers&) = delete;
  WhipPublishers& operator=(const WhipPublishers&) = delete;

  /// Checks the credentials, which may take a while, joins the group and publishes. Calls `done`
  /// once, perhaps before it returns.
  void publish(WhipOffer offer, Moment now, Done done);
  /// Null if there is none. Valid until the next call.
  const WhipSession* find(std::string_view group, std::string_view id) const;
  /// Renegotiates with new credentials of the peer, an ICE restart (RFC 9725 4.3.2). Gives the
  /// answer's fragment; the entity tag is then another.
  Result<std::string, WhipRefusal> restart(const std::string& id, const sdp::IceCredentials& ice);
  /// Ends the publication and leaves the group.
  void end(const std::string& id, Moment now);

  /// A time gone by while there are publishers to be ended, else never.
  Timestamp next_deadline() const { return ending_.empty() ? Timestamp::never() : Timestamp(); }
  void handle_timeout(Moment now);

  std::size_t session_count() const { return sessions_.size(); }
  /// Offers answered since the start, by result.
  std::uint64_t offers_accepted() const { return offers_accepted_; }
  std::uint64_t offers_refused() const { return offers_refused_; }

 private:
  struct Ending {
    std::string group;
    std::string member;
    std::string reason;
  };

  void end_publication(const std::string& group, const std::string& member,
                       const std::string& reason) override;
  void look_at(WhipOffer offer, Moment now, const Done& done);
  WhipRefusal refuse_login(const WhipOffer& offer, LoginError error, Moment now);
  bool has_room_for(const SocketAddress& peer) const;
  Result<Published, WhipRefusal> enter(const WhipOffer& offer, Identity identity, Moment now);
  Result<Published, WhipRefusal> offer_stream(const WhipOffer& offer, const GroupState& group,
                                              command::Join join, Moment now);

  WhipParts parts_;
  std::map<std::string, WhipSession, std::less<>> sessions_;  // by id
  std::vector<Ending> ending_;
  LoginThrottle throttle_;
  std::uint64_t offers_accepted_ = 0;
  std::uint64_t offers_refused_ = 0;
};

}  // namespace halcyon::signald
