#include "signald/turn/turn_allocation.h"

#include <stun/stunagent.h>
#include <stun/usages/turn.h>

#include <array>
#include <utility>

#include "common/check/check.h"

namespace halcyon::signald {
namespace {

constexpr auto kCompatibility = STUN_USAGE_TURN_COMPATIBILITY_RFC5766;
/// One for the nonce, one for a nonce that has become stale, and some patience.
constexpr int kMaxChallenges = 3;
/// Our requests are about 200 bytes, and a name and a nonce may be long (RFC 8489 14).
constexpr std::size_t kMaxMessage = 4096;
constexpr std::uint32_t kNoBandwidth = 0;

// libnice takes all its inputs as non-const pointers but writes to none of those it reads.
std::uint8_t* borrowed(const std::string& text) {
  return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
}

/// Answers are checked by the key of their request; what has none to be checked by is forged.
/// Without a function libnice would call a null pointer for those.
bool nobody(StunAgent*, StunMessage*, std::uint8_t*, std::uint16_t, std::uint8_t**, std::size_t*,
            void*) {
  return false;
}

std::string text_of(const StunMessage& message, StunAttribute attribute) {
  std::uint16_t size = 0;
  const void* bytes = stun_message_find(&message, attribute, &size);
  return bytes == nullptr ? "" : std::string(static_cast<const char*>(bytes), size);
}

}  // namespace

struct TurnAllocation::Library {
  StunAgent agent{};
  std::array<std::uint8_t, kMaxMessage> request{};
  StunMessage request_message{};
  // The last challenge: libnice reads realm and nonce from it.
  Bytes challenge;
  StunMessage challenge_message{};
  bool has_challenge = false;
  StunMessage last_error{};
};

TurnAllocation::TurnAllocation(std::string username, std::string password)
    : username_(std::move(username)),
      password_(std::move(password)),
      library_(std::make_unique<Library>()) {
  stun_agent_init(&library_->agent, STUN_ALL_KNOWN_ATTRIBUTES, STUN_COMPATIBILITY_RFC5389,
                  static_cast<StunAgentUsageFlags>(STUN_AGENT_USAGE_LONG_TERM_CREDENTIALS |
                                                   STUN_AGENT_USAGE_NO_INDICATION_AUTH));
  ask_for_allocation();
}

TurnAllocation::~TurnAllocation() = default;

void TurnAllocation::sent(std::size_t size) {
  const auto begin = library_->request.begin();
  Bytes bytes(begin, begin + static_cast<std::ptrdiff_t>(size));
  if (bytes.empty()) return refused("the request cannot be written");
  unanswered_ = bytes;
  output_.push_back(std::move(bytes));
}

void TurnAllocation::ask_for_allocation() {
  Library& l = *library_;
  sent(stun_usage_turn_create(&l.agent, &l.request_message, l.request.data(), l.request.size(),
                              l.has_challenge ? &l.challenge_message : nullptr,
                              STUN_USAGE_TURN_REQUEST_PORT_NORMAL, -1, -1, borrowed(username_),
                              username_.size(), borrowed(password_), password_.size(),
                              kCompatibility));
}

void TurnAllocation::permit(const SocketAddress& peer) {
  check(state_ == State::kAllocated);
  state_ = State::kPermitting;
  Library& l = *library_;
  StunMessage& message = l.request_message;
  sockaddr_storage address{};
  const socklen_t length = peer.to_sockaddr(address);
  // libnice's own function for this is not in its library's interface.
  bool written = stun_agent_init_request(&l.agent, &message, l.request.data(), l.request.size(),
                                         STUN_CREATEPERMISSION) &&
                 stun_message_append_xor_addr(&message, STUN_ATTRIBUTE_XOR_PEER_ADDRESS, &address,
                                              length) == STUN_MESSAGE_RETURN_SUCCESS;
  const std::pair<StunAttribute, std::string> texts[] = {
      {STUN_ATTRIBUTE_REALM, text_of(l.challenge_message, STUN_ATTRIBUTE_REALM)},
      {STUN_ATTRIBUTE_NONCE, text_of(l.challenge_message, STUN_ATTRIBUTE_NONCE)},
      {STUN_ATTRIBUTE_USERNAME, username_}};
  for (const auto& [attribute, text] : texts) {
    written = written && stun_message_append_bytes(&message, attribute, text.data(), text.size()) ==
                             STUN_MESSAGE_RETURN_SUCCESS;
  }
  sent(written
           ? stun_agent_finish_message(&l.agent, &message, borrowed(password_), password_.size())
           : std::size_t{0});
}

void TurnAllocation::send_to(const SocketAddress& peer, std::span<const std::uint8_t> data) {
  check(state_ == State::kPermitted);
  Library& l = *library_;
  StunMessage message{};
  std::array<std::uint8_t, kMaxMessage> buffer;
  sockaddr_storage address{};
  const socklen_t length = peer.to_sockaddr(address);
  const bool written =
      stun_agent_init_indication(&l.agent, &message, buffer.data(), buffer.size(), STUN_IND_SEND) &&
      stun_message_append_xor_addr(&message, STUN_ATTRIBUTE_XOR_PEER_ADDRESS, &address, length) ==
          STUN_MESSAGE_RETURN_SUCCESS &&
      stun_message_append_bytes(&message, STUN_ATTRIBUTE_DATA, data.data(), data.size()) ==
          STUN_MESSAGE_RETURN_SUCCESS;
  const std::size_t size =
      written ? stun_agent_finish_message(&l.agent, &message, nullptr, 0) : std::size_t{0};
  output_.emplace_back(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(size));
}

void TurnAllocation::release() {
  if (!relayed_.empty()) {
    Library& l = *library_;
    const std::size_t size = stun_usage_turn_create_refresh(
        &l.agent, &l.request_message, l.request.data(), l.request.size(), &l.challenge_message, 0,
        borrowed(username_), username_.size(), borrowed(password_), password_.size(),
        kCompatibility);
    output_.emplace_back(l.request.begin(), l.request.begin() + static_cast<std::ptrdiff_t>(size));
  }
  unanswered_.clear();
}

void TurnAllocation::refused(const std::string& what) {
  state_ = State::kRefused;
  refusal_ = what;
  unanswered_.clear();
}

void TurnAllocation::take_error(Bytes bytes) {
  Library& l = *library_;
  int code = 0;
  stun_message_find_error(&l.last_error, &code);
  const bool is_challenge = code == STUN_ERROR_UNAUTHORIZED || code == STUN_ERROR_STALE_NONCE;
  const bool is_final = code == STUN_ERROR_UNAUTHORIZED && l.has_challenge;
  if (state_ != State::kAllocating || !is_challenge || is_final || ++challenges_ > kMaxChallenges) {
    return refused("the server answers " + std::to_string(code) +
                   (is_challenge ? ": it does not take the credentials" : ""));
  }
  l.challenge = std::move(bytes);
  l.challenge_message = l.last_error;
  l.challenge_message.buffer = l.challenge.data();
  l.has_challenge = true;
  ask_for_allocation();
}

std::optional<TurnAllocation::Bytes> TurnAllocation::handle_datagram(
    std::span<const std::uint8_t> datagram) {
  Library& l = *library_;
  Bytes bytes(datagram.begin(), datagram.end());
  StunMessage message{};
  const StunValidationStatus status =
      stun_agent_validate(&l.agent, &message, bytes.data(), bytes.size(), nobody, nullptr);
  if (status != STUN_VALIDATION_SUCCESS) return std::nullopt;
  const StunClass kind = stun_message_get_class(&message);
  if (kind == STUN_INDICATION) {
    const std::string data = text_of(message, STUN_ATTRIBUTE_DATA);
    if (data.empty()) return std::nullopt;
    return Bytes(data.begin(), data.end());
  }
  if (unanswered_.empty() || state_ == State::kRefused) return std::nullopt;
  unanswered_.clear();
  if (kind == STUN_ERROR) {
    l.last_error = message;
    take_error(std::move(bytes));
    return std::nullopt;
  }
  if (state_ == State::kPermitting) {
    state_ = State::kPermitted;
    return std::nullopt;
  }
  sockaddr_storage relayed{}, mapped{}, other{};
  socklen_t relayed_size = sizeof relayed, mapped_size = sizeof mapped, other_size = sizeof other;
  std::uint32_t bandwidth = kNoBandwidth, lifetime = 0;
  const auto result =
      stun_usage_turn_process(&message, &relayed, &relayed_size, &mapped, &mapped_size, &other,
                              &other_size, &bandwidth, &lifetime, kCompatibility);
  if (result != STUN_USAGE_TURN_RETURN_RELAY_SUCCESS &&
      result != STUN_USAGE_TURN_RETURN_MAPPED_SUCCESS) {
    refused("the server's answer names no relayed address");
    return std::nullopt;
  }
  relayed_ = SocketAddress::from_sockaddr(reinterpret_cast<const sockaddr*>(&relayed));
  state_ = State::kAllocated;
  return std::nullopt;
}

void TurnAllocation::repeat() {
  if (!unanswered_.empty()) output_.push_back(unanswered_);
}

std::optional<TurnAllocation::Bytes> TurnAllocation::poll_output() {
  if (output_.empty()) return std::nullopt;
  Bytes bytes = std::move(output_.front());
  output_.pop_front();
  return bytes;
}

}  // namespace halcyon::signald
