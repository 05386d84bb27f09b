#include "mediad/ice/stun_codec.h"

#include <stun/stunagent.h>
#include <stun/usages/ice.h>

#include <algorithm>
#include <cstring>

#include "common/check/check.h"

namespace halcyon::mediad {
namespace {

// libnice takes all its inputs as non-const pointers but writes to none of those it reads.
std::uint8_t* borrowed(std::string_view text) {
  return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
}

// RFC 8489's MESSAGE-INTEGRITY-SHA256 stands behind MESSAGE-INTEGRITY, where a reader of only the
// latter ignores it (14.5); libnice would call it unknown.
constexpr std::uint16_t kMessageIntegritySha256 = 0x001c;
const std::uint16_t kKnownAttributes[] = {
    STUN_ATTRIBUTE_USERNAME,           STUN_ATTRIBUTE_MESSAGE_INTEGRITY,
    STUN_ATTRIBUTE_ERROR_CODE,         STUN_ATTRIBUTE_PRIORITY,
    STUN_ATTRIBUTE_USE_CANDIDATE,      STUN_ATTRIBUTE_UNKNOWN_ATTRIBUTES,
    STUN_ATTRIBUTE_XOR_MAPPED_ADDRESS, STUN_ATTRIBUTE_MAPPED_ADDRESS,
    kMessageIntegritySha256,           0};

StunAgent make_agent() {
  StunAgent agent;
  stun_agent_init(&agent, kKnownAttributes, STUN_COMPATIBILITY_RFC5389,
                  static_cast<StunAgentUsageFlags>(STUN_AGENT_USAGE_SHORT_TERM_CREDENTIALS |
                                                   STUN_AGENT_USAGE_USE_FINGERPRINT));
  return agent;
}

// An agent has 11 KiB of memory for transactions of its own. Whoever only answers writes to none of
// it, so one serves all sessions and threads.
StunAgent& answering_agent() {
  static StunAgent agent = make_agent();
  return agent;
}

StunMessage as_message(StunAgent& agent, std::span<const std::uint8_t> datagram,
                       std::string_view password) {
  StunMessage message{};
  message.agent = &agent;
  message.buffer = const_cast<std::uint8_t*>(datagram.data());
  message.buffer_len = datagram.size();
  if (!password.empty()) {
    message.key = borrowed(password);
    message.key_len = password.size();
  }
  return message;
}

bool give_password(StunAgent*, StunMessage*, std::uint8_t*, std::uint16_t, std::uint8_t** password,
                   std::size_t* size, void* user) {
  const auto& ours = *static_cast<const std::string_view*>(user);
  *password = borrowed(ours);
  *size = ours.size();
  return !ours.empty();
}

std::size_t finish(StunAgent& agent, StunMessage& message, std::string_view password) {
  return stun_agent_finish_message(
      &agent, &message, password.empty() ? nullptr : borrowed(password), password.size());
}

}  // namespace

StunVerdict verify_binding_request(std::span<const std::uint8_t> datagram,
                                   std::string_view password) {
  StunMessage message{};
  switch (stun_agent_validate(&answering_agent(), &message, datagram.data(), datagram.size(),
                              give_password, &password)) {
    case STUN_VALIDATION_SUCCESS:
      return StunVerdict::kValid;
    case STUN_VALIDATION_UNKNOWN_REQUEST_ATTRIBUTE:
      return StunVerdict::kUnknownAttributes;
    case STUN_VALIDATION_UNAUTHORIZED_BAD_REQUEST:
      return StunVerdict::kIncomplete;
    case STUN_VALIDATION_UNAUTHORIZED:
      return StunVerdict::kUnauthorised;
    default:
      return StunVerdict::kBadFingerprint;
  }
}

std::size_t write_binding_success(std::span<std::uint8_t> out,
                                  std::span<const std::uint8_t> request,
                                  const SocketAddress& mapped, std::string_view password) {
  StunAgent& agent = answering_agent();
  const StunMessage asked = as_message(agent, request, password);
  StunMessage answer{};
  sockaddr_storage address{};
  const socklen_t address_size = mapped.to_sockaddr(address);
  if (!stun_agent_init_response(&agent, &answer, out.data(), out.size(), &asked) ||
      stun_message_append_xor_addr(&answer, STUN_ATTRIBUTE_XOR_MAPPED_ADDRESS, &address,
                                   address_size) != STUN_MESSAGE_RETURN_SUCCESS) {
    return 0;
  }
  return finish(agent, answer, password);
}

std::size_t write_binding_error(std::span<std::uint8_t> out, std::span<const std::uint8_t> request,
                                int code, std::string_view password) {
  StunAgent& agent = answering_agent();
  const StunMessage asked = as_message(agent, request, password);
  StunMessage answer{};
  if (!stun_agent_init_error(&agent, &answer, out.data(), out.size(), &asked,
                             static_cast<::StunError>(code))) {
    return 0;
  }
  return finish(agent, answer, password);
}

std::size_t write_unknown_attributes_error(std::span<std::uint8_t> out,
                                           std::span<const std::uint8_t> request,
                                           std::string_view password) {
  StunAgent& agent = answering_agent();
  const StunMessage asked = as_message(agent, request, password);
  StunMessage answer{};
  return stun_agent_build_unknown_attributes_error(&agent, &answer, out.data(), out.size(), &asked);
}

std::size_t write_binding_request(std::span<std::uint8_t> out, const BindingRequest& request) {
  StunAgent agent = make_agent();
  StunMessage message = as_message(agent, out, {});
  ::StunTransactionId id;
  static constexpr std::uint8_t kCookie[] = {0x21, 0x12, 0xa4, 0x42};
  std::memcpy(id, kCookie, sizeof kCookie);
  std::memcpy(id + sizeof kCookie, request.transaction.data(), request.transaction.size());
  bool ok = stun_message_init(&message, STUN_REQUEST, STUN_BINDING, id);
  const auto append = [&](StunMessageReturn result) {
    ok = ok && result == STUN_MESSAGE_RETURN_SUCCESS;
  };
  append(stun_message_append_bytes(&message, STUN_ATTRIBUTE_USERNAME, request.username.data(),
                                   request.username.size()));
  if (request.priority) {
    append(stun_message_append32(&message, STUN_ATTRIBUTE_PRIORITY, *request.priority));
  }
  append(stun_message_append64(
      &message,
      request.controlling ? STUN_ATTRIBUTE_ICE_CONTROLLING : STUN_ATTRIBUTE_ICE_CONTROLLED,
      request.tie_breaker));
  if (request.use_candidate) {
    append(stun_message_append_flag(&message, STUN_ATTRIBUTE_USE_CANDIDATE));
  }
  for (const StunRawAttribute& extra : request.extra) {
    append(stun_message_append_bytes(&message, static_cast<StunAttribute>(extra.type),
                                     extra.value.data(), extra.value.size()));
  }
  return ok ? finish(agent, message, request.password) : 0;
}

std::optional<BindingResponse> read_binding_response(std::span<const std::uint8_t> datagram,
                                                     const StunTransactionId& transaction,
                                                     std::string_view password) {
  BindingResponse response;
  response.transaction = stun_transaction_id(datagram);
  if (response.transaction != transaction) return std::nullopt;
  StunAgent agent = make_agent();
  StunAgentSavedIds& asked = agent.sent_ids[0];
  std::memcpy(asked.id, datagram.data() + 4, sizeof asked.id);
  asked.method = STUN_BINDING;
  asked.key = borrowed(password);
  asked.key_len = password.size();
  asked.valid = true;
  StunMessage message{};
  if (stun_agent_validate(&agent, &message, datagram.data(), datagram.size(), nullptr, nullptr) !=
      STUN_VALIDATION_SUCCESS) {
    return std::nullopt;
  }
  if (stun_message_get_class(&message) == STUN_ERROR) {
    return stun_message_find_error(&message, &response.error_code) == STUN_MESSAGE_RETURN_SUCCESS
               ? std::optional(response)
               : std::nullopt;
  }
  sockaddr_storage mapped{};
  socklen_t mapped_size = sizeof mapped;
  if (stun_message_find_xor_addr(&message, STUN_ATTRIBUTE_XOR_MAPPED_ADDRESS, &mapped,
                                 &mapped_size) != STUN_MESSAGE_RETURN_SUCCESS) {
    return std::nullopt;
  }
  response.mapped = SocketAddress::from_sockaddr(reinterpret_cast<const sockaddr*>(&mapped));
  return response;
}

StunTransactionId stun_transaction_id(std::span<const std::uint8_t> datagram) {
  check(datagram.size() >= 20);
  StunTransactionId id;
  std::copy_n(datagram.begin() + 8, id.size(), id.begin());
  return id;
}

}  // namespace halcyon::mediad
