#include "signald/session/server_message.h"

#include <utility>

#include "signald/json/json_writer.h"
#include "signald/json/rfc3339.h"

namespace halcyon::signald {

namespace {

JsonObject start(std::string_view type) {
  JsonObject out;
  out.add("type", type);
  return out;
}

void add_text(JsonObject& out, const char* key, std::string_view text) {
  if (!text.empty()) {
    out.add(key, text);
  }
}

void add_object(JsonObject& out, const char* key, const JsonObject& object) {
  if (!object.empty()) {
    out.add(key, object);
  }
}

void add_permissions(JsonObject& out, const Permissions& permissions) {
  if (permissions.empty()) {
    return;
  }
  JsonArray words;
  for (const std::string& word : permissions.words()) {
    words.emplace_back(word);
  }
  out.add("permissions", std::move(words));
}

void add_value(JsonObject& out, const JsonValue& value) {
  if (!value.is_null()) {
    out.add("value", value);
  }
}

/// A user message from the server itself.
JsonObject privileged(std::string_view kind, std::string_view dest) {
  JsonObject out = start("usermessage");
  out.add("kind", kind);
  add_text(out, "dest", dest);
  out.add("privileged", true);
  return out;
}

std::string with_id(std::string_view type, std::string_view id) {
  return write_json(start(type).add("id", id));
}

}  // namespace

std::string handshake_message() {
  return write_json(start("handshake").add("version", JsonArray{JsonValue("2")}));
}

std::string ping_message() { return write_json(start("ping")); }
std::string pong_message() { return write_json(start("pong")); }

std::string joined_message(const JoinedMessage& joined) {
  JsonObject out = start("joined");
  out.add("kind", joined.kind);
  add_text(out, "error", joined.error);
  add_text(out, "group", joined.group);
  out.add("username", joined.username);
  add_permissions(out, joined.permissions);
  if (joined.status) {
    out.add("status", *joined.status);
  }
  add_object(out, "data", joined.data);
  if (joined.rtc_configuration) {
    out.add("rtcConfiguration", *joined.rtc_configuration);
  }
  add_value(out, joined.value);
  return write_json(std::move(out));
}

std::string user_message(const UserNotice& user) {
  static constexpr std::string_view kKinds[] = {"add", "change", "delete"};
  JsonObject out = start("user");
  out.add("kind", kKinds[static_cast<std::size_t>(user.kind)]);
  out.add("id", user.id);
  out.add("username", user.username);
  if (user.kind != UserNotice::Kind::kDelete) {
    add_permissions(out, user.permissions);
    add_object(out, "data", user.data);
  }
  return write_json(std::move(out));
}

std::string talk_message(const Talk& talk) {
  JsonObject out = start(talk.type == TalkKind::kChat ? "chat" : "usermessage");
  add_text(out, "kind", talk.kind);
  add_text(out, "id", talk.id);
  add_text(out, "source", talk.source);
  out.add("username", talk.username);
  add_text(out, "dest", talk.dest);
  if (talk.privileged) {
    out.add("privileged", true);
  }
  out.add("time", format_rfc3339(talk.time, Fraction::kNone));
  if (talk.no_echo) {
    out.add("noecho", true);
  }
  add_value(out, talk.value);
  return write_json(std::move(out));
}

std::string history_message(const HistoryEntry& entry) {
  JsonObject out = start("chathistory");
  out.add("id", entry.id);
  add_text(out, "source", entry.source);
  out.add("username", entry.username);
  out.add("time", format_rfc3339(entry.time, Fraction::kNone));
  add_text(out, "kind", entry.kind);
  add_value(out, entry.value);
  return write_json(std::move(out));
}

std::string error_message(std::string_view dest, std::string_view text) {
  return write_json(privileged("error", dest).add("value", text));
}

std::string warning_message(std::string_view dest, std::string_view text) {
  return write_json(privileged("warning", dest).add("value", text));
}

std::string kicked_message(std::string_view dest, const KickedNotice& kicked) {
  JsonObject out = start("usermessage");
  out.add("kind", "kicked");
  if (!kicked.by_id.empty()) {
    out.add("id", kicked.by_id);
    out.add("username", kicked.by_username);
  }
  out.add("dest", dest);
  out.add("privileged", true);
  out.add("value", kicked.text);
  return write_json(std::move(out));
}

std::string chat_cleared_message(const JsonValue& value) {
  JsonObject out = privileged("clearchat", "");
  add_value(out, value);
  return write_json(std::move(out));
}

std::string user_info_message(const UserInfoNotice& info) {
  JsonObject value;
  value.add("id", info.id);
  add_text(value, "username", info.username);
  add_text(value, "address", info.address);
  return write_json(privileged("userinfo", "").add("value", std::move(value)));
}

std::string token_message(std::string_view kind, std::string_view error, JsonValue value) {
  JsonObject out = privileged(kind, "");
  add_text(out, "error", error);
  out.add("value", std::move(value));
  return write_json(std::move(out));
}

std::string server_chat_message(std::string_view dest, WallTime time, std::string_view text) {
  JsonObject out = start("chat");
  out.add("dest", dest);
  out.add("username", "Server");
  out.add("time", format_rfc3339(time, Fraction::kNone));
  out.add("value", text);
  return write_json(std::move(out));
}

std::string answer_message(std::string_view id, std::string_view sdp) {
  return write_json(start("answer").add("id", id).add("sdp", sdp));
}

std::string offer_message(const DownOffer& offer) {
  JsonObject out = start("offer");
  out.add("id", offer.id);
  add_text(out, "label", offer.label);
  add_text(out, "replace", offer.replace);
  out.add("source", offer.source);
  out.add("username", offer.username);
  out.add("sdp", offer.sdp);
  return write_json(std::move(out));
}

std::string close_message(std::string_view id) { return with_id("close", id); }
std::string abort_message(std::string_view id) { return with_id("abort", id); }
std::string renegotiate_message(std::string_view id) { return with_id("renegotiate", id); }

}  // namespace halcyon::signald
