#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "common/random/random.h"
#include "signald/config/config_file.h"
#include "signald/config/rtc_configuration.h"
#include "signald/groups/file_groups.h"
#include "signald/json/json_reader.h"
#include "signald/json/json_writer.h"
#include "signald/session/signalling_server.h"
#include "tests/unit/signald/auth/memory_token_storage.h"
#include "tests/unit/signald/config/memory_files.h"
#include "tests/unit/signald/session/fakes.h"

namespace halcyon::signald {

/// The short form in which tests compare messages: "type/kind" and what identifies it.
inline std::string brief(const JsonObject& message) {
  const auto text = [&](std::string_view key) {
    const JsonValue* value = message.find(key);
    const std::string* found = value == nullptr ? nullptr : value->as_string();
    return found == nullptr ? std::string() : *found;
  };
  std::string out = text("type");
  if (!text("kind").empty()) {
    out += "/" + text("kind");
  }
  if (out == "joined/fail" || out == "usermessage/error") {
    return out + " " + text("value");
  }
  if (!text("id").empty()) {
    out += " " + text("id");
  }
  if (!text("replace").empty()) {
    out += " replaces " + text("replace");
  }
  return out;
}

/// A signalling server with fakes around it, and clients.
class Meeting {
 public:
  explicit Meeting(std::string_view description = R"({"users":{
      "olga":{"password":"op","permissions":"op"}},
      "wildcard-user":{"password":{"type":"wildcard"},"permissions":"present"}})")
      : Meeting(description, default_verifier_) {}

  Meeting(std::string_view description, PasswordVerifier& verifier)
      : server({sink, media, groups.directory(), verifier, tokens, config, rtc, random}) {
    files.write("groups/g.json", std::string(description));
  }

  // --- Clients
  ConnectionId connect() {
    const ConnectionId id(++last_connection_);
    server.opened(id, *SocketAddress::parse("192.0.2.7", 5000), now);
    return id;
  }
  ConnectionId connect(const std::string& client_id) {
    const ConnectionId id = connect();
    send(id, R"({"type":"handshake","version":["2"],"id":")" + client_id + "\"}");
    clear();
    return id;
  }
  void send(ConnectionId id, std::string_view json) { server.message(id, json, now); }
  void join(ConnectionId id, const std::string& name, const std::string& password = "",
            const std::string& group = "g") {
    send(id, R"({"type":"join","kind":"join","group":")" + group + R"(","username":")" + name +
                 R"(","password":")" + password + "\"}");
  }
  /// Joins group g and forgets what came of it; the user's name is the client's id.
  ConnectionId member(const std::string& client_id) {
    const ConnectionId id = connect(client_id);
    join(id, client_id, client_id == "olga" ? "op" : "");
    REQUIRE(member_state(client_id) != nullptr);
    clear();
    return id;
  }
  /// The transport is gone.
  void disconnect(ConnectionId id) { server.closed(id, now); }
  const Member* member_state(const std::string& client_id, const std::string& group = "g") {
    const GroupState* state = groups.directory().find(group);
    return state == nullptr ? nullptr : state->member(client_id);
  }

  // --- Streams
  void request_everything(ConnectionId id) {
    send(id, R"({"type":"request","request":{"":["audio","video"]}})");
  }
  void offer(ConnectionId id, const std::string& stream, const std::string& sdp,
             const std::string& replace = "", const std::string& label = "camera") {
    send(id, R"({"type":"offer","kind":"","id":")" + stream + R"(","label":")" + label +
                 R"(","replace":")" + replace + R"(","sdp":")" + sdp + "\"}");
  }
  UpStreamId up(const std::string& publisher, const std::string& stream) {
    const OfferedStream* offered = groups.directory().find("g")->stream(publisher, stream);
    REQUIRE(offered != nullptr);
    return offered->media;
  }
  /// All tracks of a stream send, and the announcement is due.
  void start(const std::string& publisher, const std::string& stream) {
    const UpStreamId id = up(publisher, stream);
    media.start(id, 0, media.ups.at(id).announced.size(), now.now);
    pass(200);
  }
  DownStreamId only_down() {
    REQUIRE(media.downs.size() == 1);
    return media.downs.begin()->first;
  }

  PasswordVerifier& verifier() { return default_verifier_; }

  // --- Time
  void pass(std::int64_t ms) {
    const Moment end{now.now + TimeDelta::millis(ms), now.wall + TimeDelta::millis(ms)};
    while (server.next_deadline() <= end.now) {
      const TimeDelta step = std::max(server.next_deadline() - now.now, TimeDelta::zero());
      now = {now.now + step, now.wall + step};
      server.handle_timeout(now);
    }
    now = end;
  }

  // --- What clients got
  /// Messages since the last look, in short.
  std::vector<std::string> heard(ConnectionId id) {
    std::vector<std::string> out;
    for (const JsonObject& message : messages(id)) {
      out.push_back(brief(message));
    }
    return out;
  }
  std::vector<JsonObject> messages(ConnectionId id) {
    std::vector<JsonObject> out;
    for (const std::string& text : sink.sent[id]) {
      out.push_back(*parse_json(text)->as_object());
    }
    sink.sent[id].clear();
    return out;
  }
  /// The only message since the last look, as text.
  std::string only_text(ConnectionId id) {
    REQUIRE(sink.sent[id].size() == 1);
    const std::string text = sink.sent[id][0];
    sink.sent[id].clear();
    return text;
  }
  void clear() { sink.sent.clear(); }
  bool is_open(ConnectionId id) const { return !sink.closings.contains(id); }
  int close_code(ConnectionId id) const {
    const auto it = sink.closings.find(id);
    return it == sink.closings.end() ? -1 : it->second.code;
  }

 private:
  SynchronousVerifier default_verifier_;
  std::uint64_t last_connection_ = 0;

 public:
  Moment now{Timestamp::from_ms(1'000'000), WallTime{1'700'000'000'000'000}};
  MemoryFiles files;
  ConfigFile config{files, "data/config.json"};
  NoIceServers rtc;
  MemoryTokenStorage token_storage;
  TokenStore tokens{token_storage};
  SeededRandom random{1};
  FakeSink sink;
  FakeMedia media;
  FileGroups groups{files, "groups", config};
  SignallingServer server;
};

using Heard = std::vector<std::string>;

}  // namespace halcyon::signald
