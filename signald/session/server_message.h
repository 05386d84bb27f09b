#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "signald/groups/notices.h"
#include "signald/json/json_value.h"

namespace halcyon::signald {

// What the server sends, as JSON text. Empty fields are left out, except where absence would mean
// something else.

std::string handshake_message();
std::string ping_message();
std::string pong_message();

struct JoinedMessage {
  std::string_view kind;  // join, change, leave, fail, redirect
  std::string error;
  std::string group;
  std::string username;
  Permissions permissions;
  JsonObject data;
  std::optional<JsonObject> status;
  std::optional<JsonObject> rtc_configuration;
  JsonValue value;
};
std::string joined_message(const JoinedMessage& joined);

std::string user_message(const UserNotice& user);
std::string talk_message(const Talk& talk);
std::string history_message(const HistoryEntry& entry);

/// Answers to a client's mistakes, for its user to read.
std::string error_message(std::string_view dest, std::string_view text);
std::string warning_message(std::string_view dest, std::string_view text);
std::string kicked_message(std::string_view dest, const KickedNotice& kicked);
std::string chat_cleared_message(const JsonValue& value);
std::string user_info_message(const UserInfoNotice& info);
/// Replies about tokens: kind is "token" or "tokenlist"; `error` may be empty.
std::string token_message(std::string_view kind, std::string_view error, JsonValue value);
/// The list of subgroups comes as a chat message.
std::string server_chat_message(std::string_view dest, WallTime time, std::string_view text);

std::string answer_message(std::string_view id, std::string_view sdp);
struct DownOffer {
  std::string id;
  std::string label;
  std::string replace;
  std::string source;
  std::string username;
  std::string sdp;
};
std::string offer_message(const DownOffer& offer);
std::string close_message(std::string_view id);
std::string abort_message(std::string_view id);
std::string renegotiate_message(std::string_view id);

}  // namespace halcyon::signald
