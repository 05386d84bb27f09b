#include "signald/session/client_message.h"

#include <map>
#include <utility>

#include "signald/json/field_reader.h"
#include "signald/json/json_reader.h"

namespace halcyon::signald {

namespace {

using Body = Result<ClientMessageBody, DecodeError>;

/// All fields of any message, with their types checked.
struct Fields {
  std::string type, kind, error, id, replace, label, sdp, source, dest, password, token, group,
      time;
  std::optional<std::string> username;
  std::vector<std::string> version;
  JsonObject data;
  JsonValue value;
  JsonValue request;
  std::optional<std::string> candidate;
  bool no_echo = false;
};

tl::unexpected<DecodeError> protocol_error(std::string text) {
  return tl::unexpected<DecodeError>(DecodeError{DecodeError::Kind::kProtocol, std::move(text)});
}

tl::unexpected<DecodeError> malformed(std::string text) {
  return tl::unexpected<DecodeError>(DecodeError{DecodeError::Kind::kMalformed, std::move(text)});
}

/// RTCIceCandidateInit.
void read_candidate(const JsonObject& object, FieldReader& outer, Fields& fields) {
  FieldReader reader(object);
  fields.candidate = reader.string("candidate");
  (void)reader.optional_string("sdpMid");
  (void)reader.optional_integer("sdpMLineIndex");
  (void)reader.optional_string("usernameFragment");
  if (reader.failed()) {
    outer.fail("candidate: " + reader.error());
  }
}

/// Fields that only the server may set; they must have the right type all the same.
void check_server_fields(FieldReader& reader) {
  (void)reader.boolean("privileged");
  (void)reader.strings("permissions");
  (void)reader.object("status");
  (void)reader.object("rtcConfiguration");
  (void)reader.string("error");
  (void)reader.string("time");
}

Fields read_fields(FieldReader& reader) {
  Fields fields;
  fields.type = reader.string("type");
  fields.kind = reader.string("kind");
  fields.id = reader.string("id");
  fields.replace = reader.string("replace");
  fields.label = reader.string("label");
  fields.sdp = reader.string("sdp");
  fields.source = reader.string("source");
  fields.dest = reader.string("dest");
  fields.username = reader.optional_string("username");
  fields.password = reader.string("password");
  fields.token = reader.string("token");
  fields.group = reader.string("group");
  fields.version = reader.strings("version");
  fields.no_echo = reader.boolean("noecho");
  fields.value = reader.value("value");
  fields.request = reader.value("request");
  if (const JsonObject* data = reader.object("data")) {
    fields.data = *data;
  }
  if (const JsonObject* candidate = reader.object("candidate")) {
    read_candidate(*candidate, reader, fields);
  }
  check_server_fields(reader);
  return fields;
}

Body join_body(Fields fields) {
  if (fields.kind == "leave") {
    return LeaveMessage{std::move(fields.group)};
  }
  if (fields.kind != "join") {
    return protocol_error("unknown kind of join");
  }
  return JoinMessage{std::move(fields.group), std::move(fields.username),
                     std::move(fields.password), std::move(fields.token), std::move(fields.data)};
}

Body talk_body(TalkKind type, Fields fields) {
  return TalkMessage{
      type,           std::move(fields.kind), std::move(fields.id), std::move(fields.dest),
      fields.no_echo, std::move(fields.value)};
}

Body ice_body(Fields fields) {
  if (!fields.candidate) {
    return protocol_error("ice without candidate");
  }
  return IceMessage{std::move(fields.id), std::move(*fields.candidate)};
}

using BodyReader = Body (*)(Fields);

struct MessageType {
  bool needs_id = false;
  BodyReader read = nullptr;
};

const std::map<std::string_view, MessageType>& message_types() {
  static const std::map<std::string_view, MessageType> kTypes = {
      {"handshake",
       {false,
        [](Fields f) -> Body {
          return HandshakeMessage{std::move(f.version), std::move(f.id)};
        }}},
      {"ping", {false, [](Fields) -> Body { return PingMessage{}; }}},
      {"pong", {false, [](Fields) -> Body { return PongMessage{}; }}},
      {"join", {false, join_body}},
      {"request",
       {false, [](Fields f) -> Body { return RequestMessage{read_stream_request(f.request)}; }}},
      {"requestStream",
       {false,
        [](Fields f) -> Body {
          return RequestStreamMessage{std::move(f.id), std::move(f.request)};
        }}},
      {"offer",
       {true,
        [](Fields f) -> Body {
          return OfferMessage{std::move(f.id), std::move(f.label), std::move(f.replace),
                              std::move(f.sdp)};
        }}},
      {"answer",
       {true,
        [](Fields f) -> Body {
          return AnswerMessage{std::move(f.id), std::move(f.sdp)};
        }}},
      {"close", {true, [](Fields f) -> Body { return CloseMessage{std::move(f.id)}; }}},
      {"abort", {true, [](Fields f) -> Body { return AbortMessage{std::move(f.id)}; }}},
      {"renegotiate", {true, [](Fields f) -> Body { return RenegotiateMessage{std::move(f.id)}; }}},
      {"ice", {true, ice_body}},
      {"chat", {false, [](Fields f) { return talk_body(TalkKind::kChat, std::move(f)); }}},
      {"usermessage",
       {false, [](Fields f) { return talk_body(TalkKind::kUserMessage, std::move(f)); }}},
      {"useraction",
       {false,
        [](Fields f) -> Body {
          return UserActionMessage{std::move(f.kind), std::move(f.dest), std::move(f.value)};
        }}},
      {"groupaction",
       {false,
        [](Fields f) -> Body {
          return GroupActionMessage{std::move(f.kind), std::move(f.value)};
        }}},
  };
  return kTypes;
}

}  // namespace

Result<ClientMessage, DecodeError> decode_client_message(std::string_view json) {
  const auto value = parse_json(json);
  if (!value) {
    return malformed(value.error().message);
  }
  const JsonObject* object = value->as_object();
  if (object == nullptr) {
    return malformed("a message must be an object");
  }
  FieldReader reader(*object);
  Fields fields = read_fields(reader);
  if (reader.failed()) {
    return malformed(reader.error());
  }
  const auto type = message_types().find(fields.type);
  if (type == message_types().end()) {
    return protocol_error("unknown type of message");
  }
  if (type->second.needs_id && fields.id.empty()) {
    return protocol_error(fields.type + " without id");
  }
  ClientMessage message;
  message.source = fields.source;
  message.username = fields.type == "join" ? std::nullopt : fields.username;
  auto body = type->second.read(std::move(fields));
  if (!body) {
    return tl::unexpected<DecodeError>(std::move(body.error()));
  }
  message.body = std::move(*body);
  return message;
}

}  // namespace halcyon::signald
