#include "signald/whip/whip_publishers.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "common/log/log.h"
#include "signald/auth/jwt.h"
#include "signald/groups/names.h"
#include "signald/sdp/sdp_parser.h"
#include "signald/sdp/sdp_writer.h"
#include "signald/whip/ice_fragment.h"

namespace halcyon::signald {
namespace {

using Kind = WhipRefusal::Kind;

constexpr const char* kUsername = "whip";
/// 22 characters of base64url (http.md 10.1).
constexpr std::size_t kIdBytes = 16;

tl::unexpected<WhipRefusal> refused(Kind kind, std::string text) {
  return tl::unexpected(WhipRefusal{kind, std::move(text)});
}

tl::unexpected<WhipRefusal> refused(const StreamError& error) {
  const bool no_worker = error.kind == StreamError::Kind::kNoWorker;
  return refused(no_worker ? Kind::kNoWorker : Kind::kBadOffer, error.text);
}

tl::unexpected<WhipRefusal> refused(const GroupError& error) {
  switch (error.kind) {
    case GroupError::Kind::kInternal:
      return refused(Kind::kInternal, error.text);
    case GroupError::Kind::kRedirect:
      return refused(Kind::kForbidden, "this group is now at " + error.text);
    default:
      return refused(Kind::kForbidden, error.text);
  }
}

tl::unexpected<WhipRefusal> refused(AccessError error) {
  return error == AccessError::kInvalid
             ? refused(Kind::kInternal, "the group's description is broken")
             : refused(Kind::kNoGroup, "no such group");
}

/// Whether the answer takes anything: a publisher without a track would have no transport to fail,
/// and stay for ever.
bool takes_media(const std::string& answer) {
  const auto description = sdp::parse_session_description(answer);
  return description && std::any_of(description->sections.begin(), description->sections.end(),
                                    [](const sdp::MediaSection& s) {
                                      return s.port != 0 &&
                                             s.direction == sdp::Direction::kRecvOnly;
                                    });
}

}  // namespace

WhipPublishers::WhipPublishers(const WhipParts& parts) : parts_(parts) {
  parts_.signalling.set_outside_publishers(this);
}

WhipPublishers::~WhipPublishers() { parts_.signalling.set_outside_publishers(nullptr); }

// --- Login

void WhipPublishers::publish(WhipOffer offer, Moment now, Done done) {
  look_at(std::move(offer), now,
          [this, done = std::move(done)](Result<Published, WhipRefusal> result, Moment then) {
            ++(result ? offers_accepted_ : offers_refused_);
            done(std::move(result), then);
          });
}

void WhipPublishers::look_at(WhipOffer offer, Moment now, const Done& done) {
  const auto group = parts_.groups.access(offer.group, now);
  if (!group) return done(refused(group.error()), now);
  if (!has_room_for(offer.peer)) {
    return done(refused(Kind::kTooManySessions, "too many publishers"), now);
  }
  if (!throttle_.allows(offer.peer, now.now)) {
    return done(tl::unexpected(refuse_login(offer, LoginError::kTooManyFailures, now)), now);
  }
  const GroupDescription& description = *(*group)->description;
  // Shared, because functions are copied and an offer is long.
  const auto kept = std::make_shared<const WhipOffer>(std::move(offer));
  const auto logged_in = [this, kept, done](Result<Identity, LoginError> who, Moment then) {
    if (who && !is_valid_user_name(who->username)) {
      who = tl::unexpected(LoginError::kNotAuthorised);
    }
    if (!who) return done(tl::unexpected(refuse_login(*kept, who.error(), then)), then);
    done(enter(*kept, std::move(*who), then), then);
  };
  if (kept->token) {
    return logged_in(token_login({description, parts_.tokens, parts_.config}, kept->group,
                                 *kept->token, kUsername, now.wall),
                     now);
  }
  if (!throttle_.start(kept->peer)) {
    return logged_in(tl::unexpected(LoginError::kOverloaded), now);
  }
  run_password_login(
      parts_.passwords, password_login(description, kUsername), "", now,
      [this, kept, logged_in](const Result<Permissions, LoginError>& result, Moment then) {
        throttle_.ended(kept->peer);
        logged_in(result.map([](const Permissions& permissions) {
          return Identity{kUsername, permissions};
        }),
                  then);
      });
}

WhipRefusal WhipPublishers::refuse_login(const WhipOffer& offer, LoginError error, Moment now) {
  switch (error) {
    case LoginError::kTooManyFailures:
      spdlog::warn("group {}: {}: too many failed logins", offer.group,
                   redacted(offer.peer.to_string()));
      return {Kind::kTooManyFailures, "too many failed attempts: try again later"};
    case LoginError::kOverloaded:
      return {Kind::kOverloaded, "the server is busy: try again in a moment"};
    case LoginError::kInternal:
      return {Kind::kInternal, "credentials missing or broken"};
    default:
      break;
  }
  spdlog::info("group {}: WHIP publisher from {}: bad credentials", offer.group,
               redacted(offer.peer.to_string()));
  throttle_.failed(offer.peer, now.now);
  const bool unknown = offer.token && !parse_jwt(*offer.token) && !parts_.tokens.find(*offer.token);
  return {unknown ? Kind::kUnknownToken : Kind::kNotAuthorised, "not authorised"};
}

bool WhipPublishers::has_room_for(const SocketAddress& peer) const {
  if (sessions_.size() >= kMaxWhipSessions) return false;
  const std::string address = LoginThrottle::key_of(peer);
  if (address.empty()) return true;
  const auto count = std::count_if(sessions_.begin(), sessions_.end(), [&](const auto& entry) {
    return LoginThrottle::key_of(entry.second.peer) == address;
  });
  return static_cast<std::size_t>(count) < kMaxWhipSessionsPerAddress;
}

// --- Publishing

Result<WhipPublishers::Published, WhipRefusal> WhipPublishers::enter(const WhipOffer& offer,
                                                                     Identity identity,
                                                                     Moment now) {
  // All of this may have changed while the password was being checked.
  const auto group = parts_.groups.access(offer.group, now);
  if (!group) return refused(group.error());
  if (!has_room_for(offer.peer)) return refused(Kind::kTooManySessions, "too many publishers");
  command::Join join;
  join.at = now.wall;
  join.member.id = parts_.random.base64url(kIdBytes);
  join.member.username = std::move(identity.username);
  join.member.kind = MemberKind::kWhip;
  join.member.permissions = std::move(identity.permissions);
  join.member.address = offer.peer.empty() ? std::string() : offer.peer.to_string();
  // Before joining, so that members see nobody come and go who publishes nothing.
  if (const auto possible = parts_.groups.preview(offer.group, join); !possible) {
    return refused(possible.error());
  }
  if (!join.member.permissions.has(permission::kPresent)) {
    return refused(Kind::kForbidden, "Forbidden");
  }
  return offer_stream(offer, **group, std::move(join), now);
}

Result<WhipPublishers::Published, WhipRefusal> WhipPublishers::offer_stream(const WhipOffer& offer,
                                                                            const GroupState& group,
                                                                            command::Join join,
                                                                            Moment now) {
  auto description = sdp::parse_session_description(offer.sdp);
  if (!description) return refused(Kind::kBadOffer, description.error().message);
  const UpStreamId media(parts_.random.u64());
  auto answer = parts_.media.open_up(media, offer.sdp, group.description->codecs_or_default(), "");
  if (!answer) return refused(answer.error());
  if (!takes_media(*answer)) {
    parts_.media.close_up(media);
    return refused(Kind::kBadOffer, "the offer sends nothing that this group takes");
  }
  const std::string member = join.member.id;
  command::OfferStream stream;
  stream.stream = {member, member, "", media};
  auto done = parts_.signalling.submit(offer.group, join, now);
  if (done) done = parts_.signalling.submit(offer.group, stream, now);
  if (!done) {
    parts_.media.close_up(media);
    (void)parts_.signalling.submit(offer.group, command::Leave{member, false, now.wall}, now);
    return refused(done.error());
  }
  WhipSession session{parts_.random.base64url(kIdBytes),
                      offer.group,
                      member,
                      offer.token,
                      offer.peer,
                      media,
                      "\"" + parts_.random.base64url(kIdBytes) + "\"",
                      std::move(*description)};
  const std::string id = session.id;
  const auto it = sessions_.emplace(id, std::move(session)).first;
  spdlog::info("group {}: {} publishes by WHIP", offer.group, redacted(member));
  return Published{&it->second, std::move(*answer)};
}

// --- Sessions

const WhipSession* WhipPublishers::find(std::string_view group, std::string_view id) const {
  const auto it = sessions_.find(id);
  return it == sessions_.end() || it->second.group != group ? nullptr : &it->second;
}

Result<std::string, WhipRefusal> WhipPublishers::restart(const std::string& id,
                                                         const sdp::IceCredentials& ice) {
  const auto it = sessions_.find(id);
  if (it == sessions_.end()) return refused(Kind::kBadOffer, "unknown session");
  WhipSession& session = it->second;
  sdp::SessionDescription offer = restarted(session.offer, ice);
  const auto answer =
      parts_.media.renegotiate_up(session.media, sdp::write_session_description(offer));
  if (!answer) return refused(answer.error());
  const auto description = sdp::parse_session_description(*answer);
  if (!description) return refused(Kind::kInternal, description.error().message);
  session.offer = std::move(offer);
  session.entity_tag = "\"" + parts_.random.base64url(kIdBytes) + "\"";
  return write_ice_fragment(*description);
}

void WhipPublishers::end(const std::string& id, Moment now) {
  const auto it = sessions_.find(id);
  if (it == sessions_.end()) return;
  const WhipSession session = std::move(it->second);
  sessions_.erase(it);
  // Its stream ends with it. A member that is gone already is none to be told of.
  (void)parts_.signalling.submit(session.group, command::Leave{session.member, false, now.wall},
                                 now);
}

void WhipPublishers::end_publication(const std::string& group, const std::string& member,
                                     const std::string& reason) {
  ending_.push_back({group, member, reason});
}

void WhipPublishers::handle_timeout(Moment now) {
  for (const Ending& ending : std::exchange(ending_, {})) {
    const auto it = std::find_if(sessions_.begin(), sessions_.end(), [&](const auto& entry) {
      return entry.second.group == ending.group && entry.second.member == ending.member;
    });
    if (it == sessions_.end()) continue;
    spdlog::info("group {}: the WHIP publication of {} ends: {}", ending.group,
                 redacted(ending.member), ending.reason);
    end(std::string(it->first), now);
  }
}

}  // namespace halcyon::signald
