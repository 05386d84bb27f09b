#include "mediad/ice/ice_lite_session.h"

#include <utility>

#include "mediad/ice/stun_codec.h"
#include "mediad/ice/stun_layout.h"

namespace halcyon::mediad {
namespace {

constexpr int kStunBadRequest = 400;
constexpr int kStunUnauthorised = 401;
constexpr int kStunRoleConflict = 487;

struct Username {
  std::string_view local;
  std::string_view remote;
};

std::optional<Username> split_username(std::string_view username) {
  const std::size_t colon = username.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  return Username{username.substr(0, colon), username.substr(colon + 1)};
}

}  // namespace

std::optional<std::string_view> stun_local_ufrag(std::span<const std::uint8_t> datagram) {
  const std::optional<StunLayout> layout = read_stun_layout(datagram);
  if (!layout || layout->type != kStunBindingRequest || !layout->username) return std::nullopt;
  const std::optional<Username> username = split_username(*layout->username);
  if (!username || username->local.empty()) return std::nullopt;
  return username->local;
}

IceLiteSession::IceLiteSession(IceCredentials local, Timestamp now)
    : local_(std::move(local)), started_(now), last_check_(now) {}

void IceLiteSession::set_remote_ufrag(std::string ufrag) { remote_ufrag_ = std::move(ufrag); }

void IceLiteSession::restart(IceCredentials local, Timestamp now) {
  // Credentials that no check has used yet are not what the peer still checks with.
  if (local_confirmed_ || !previous_local_) previous_local_ = std::move(local_);
  local_ = std::move(local);
  local_confirmed_ = false;
  remote_ufrag_.clear();
  started_ = now;
  if (state_ == IceState::kFailed) state_ = IceState::kNew;
}

const IceCredentials* IceLiteSession::credentials_for(std::string_view username) const {
  const std::optional<Username> halves = split_username(username);
  if (!halves) return nullptr;
  if (halves->local == local_.ufrag) {
    return remote_ufrag_.empty() || halves->remote == remote_ufrag_ ? &local_ : nullptr;
  }
  if (previous_local_ && halves->local == previous_local_->ufrag) return &*previous_local_;
  return nullptr;
}

tl::unexpected<StunError> IceLiteSession::refuse(std::span<const std::uint8_t> request, int code,
                                                 std::string_view password, StunError error) {
  response_size_ = write_binding_error(response_, request, code, password);
  return make_unexpected(error);
}

Result<const IceCredentials*, StunError> IceLiteSession::authenticate(
    std::span<const std::uint8_t> datagram) {
  const std::optional<StunLayout> layout = read_stun_layout(datagram);
  if (!layout) return make_unexpected(StunError::kNotStun);
  if (layout->type != kStunBindingRequest) return make_unexpected(StunError::kNotARequest);
  const IceCredentials* credentials =
      layout->username ? credentials_for(*layout->username) : nullptr;
  const std::string_view password =
      credentials != nullptr ? std::string_view(credentials->pwd) : std::string_view();
  switch (verify_binding_request(datagram, password)) {
    case StunVerdict::kValid:
      break;
    case StunVerdict::kBadFingerprint:
      return make_unexpected(StunError::kNotStun);
    case StunVerdict::kIncomplete:
      return refuse(datagram, kStunBadRequest, {}, StunError::kBadRequest);
    case StunVerdict::kUnauthorised:
      return refuse(datagram, kStunUnauthorised, {}, StunError::kUnauthorised);
    case StunVerdict::kUnknownAttributes:
      response_size_ = write_unknown_attributes_error(response_, datagram, password);
      if (response_size_ > 0) return make_unexpected(StunError::kBadRequest);
      // More unknown attributes than the answer has room for.
      return refuse(datagram, kStunBadRequest, password, StunError::kBadRequest);
  }
  // Every check of an ICE agent has PRIORITY (RFC 8445 7.1.1).
  if (!layout->has_priority || (layout->controlled && layout->controlling)) {
    return refuse(datagram, kStunBadRequest, password, StunError::kBadRequest);
  }
  // The peer of a lite agent is controlling (RFC 8445 6.1.1). One that believes otherwise is told
  // to change roles, whatever the tie-breakers say: this agent could not do the work of a
  // controlling one.
  if (layout->controlled) {
    return refuse(datagram, kStunRoleConflict, password, StunError::kBadRequest);
  }
  return credentials;
}

Result<IceLiteSession::Outcome, StunError> IceLiteSession::handle_datagram(
    std::span<const std::uint8_t> datagram, const TransportAddress& from, Timestamp now) {
  response_size_ = 0;
  refused_ = true;
  const Result<const IceCredentials*, StunError> credentials = authenticate(datagram);
  if (!credentials) return make_unexpected(credentials.error());
  response_size_ = write_binding_success(response_, datagram, from.address, (*credentials)->pwd);
  refused_ = false;
  if (*credentials == &local_) {
    local_confirmed_ = true;
    previous_local_.reset();
  }
  Outcome outcome;
  outcome.response = std::span(response_).first(response_size_);
  if (read_stun_layout(datagram)->use_candidate && selected_ != from) {
    selected_ = from;
    outcome.selection_changed = true;
  }
  if (selected_ == from) {
    last_check_ = now;
    state_ = IceState::kConnected;
  }
  return outcome;
}

std::span<const std::uint8_t> IceLiteSession::error_response() const {
  return std::span(response_).first(refused_ ? response_size_ : 0);
}

void IceLiteSession::handle_timeout(Timestamp now) {
  switch (state_) {
    case IceState::kNew:
      if (now >= started_ + kIceConnectTimeout) state_ = IceState::kFailed;
      break;
    case IceState::kConnected:
    case IceState::kDisconnected:
      if (now >= last_check_ + kIceConsentLifetime) {
        state_ = IceState::kFailed;
        selected_.reset();
      } else if (now >= last_check_ + kIceDisconnectedAfter) {
        state_ = IceState::kDisconnected;
      }
      break;
    case IceState::kFailed:
      break;
  }
}

Timestamp IceLiteSession::next_deadline() const {
  switch (state_) {
    case IceState::kNew:
      return started_ + kIceConnectTimeout;
    case IceState::kConnected:
      return last_check_ + kIceDisconnectedAfter;
    case IceState::kDisconnected:
      return last_check_ + kIceConsentLifetime;
    case IceState::kFailed:
      return Timestamp::never();
  }
  return Timestamp::never();
}

}  // namespace halcyon::mediad
