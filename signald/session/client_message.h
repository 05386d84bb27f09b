#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/result/result.h"
#include "signald/groups/group_event.h"
#include "signald/json/json_value.h"
#include "signald/session/track_selection.h"

namespace halcyon::signald {

// What clients send. Fields that are missing or null are empty.

struct HandshakeMessage {
  std::vector<std::string> version;
  std::string id;
};

struct PingMessage {};
struct PongMessage {};

struct JoinMessage {
  std::string group;
  std::optional<std::string> username;  // absent is not the same as empty
  std::string password;
  std::string token;
  JsonObject data;
};

struct LeaveMessage {
  std::string group;
};

struct RequestMessage {
  std::optional<StreamRequest> request;  // none: malformed
};

struct RequestStreamMessage {
  std::string id;
  JsonValue request;
};

struct OfferMessage {
  std::string id;
  std::string label;
  std::string replace;
  std::string sdp;
};

struct AnswerMessage {
  std::string id;
  std::string sdp;
};

struct CloseMessage {
  std::string id;
};

struct AbortMessage {
  std::string id;
};

struct RenegotiateMessage {
  std::string id;
};

struct IceMessage {
  std::string id;
  std::string candidate;
};

struct TalkMessage {
  TalkKind type = TalkKind::kChat;
  std::string kind;
  std::string id;
  std::string dest;
  bool no_echo = false;
  JsonValue value;
};

struct UserActionMessage {
  std::string kind;
  std::string dest;
  JsonValue value;
};

struct GroupActionMessage {
  std::string kind;
  JsonValue value;
};

using ClientMessageBody =
    std::variant<HandshakeMessage, PingMessage, PongMessage, JoinMessage, LeaveMessage,
                 RequestMessage, RequestStreamMessage, OfferMessage, AnswerMessage, CloseMessage,
                 AbortMessage, RenegotiateMessage, IceMessage, TalkMessage, UserActionMessage,
                 GroupActionMessage>;

struct ClientMessage {
  std::string source;                   // as claimed
  std::optional<std::string> username;  // as claimed, except in JoinMessage
  ClientMessageBody body;
};

struct DecodeError {
  enum class Kind {
    kMalformed,  // not JSON, or a field of the wrong type
    kProtocol,   // an unknown type, or a field that must not be missing
  };
  Kind kind = Kind::kMalformed;
  std::string text;
};

/// Reads one message. Every known field must have its type, in whatever message it stands; unknown
/// fields are ignored.
Result<ClientMessage, DecodeError> decode_client_message(std::string_view json);

}  // namespace halcyon::signald
