#include "signald/session/client_message.h"

#include <doctest/doctest.h>

#include <random>
#include <string>

#include "tests/unit/signald/session/meeting.h"

using namespace halcyon;
using namespace halcyon::signald;

namespace {

template <class Body>
Body decoded(std::string_view json) {
  auto message = decode_client_message(json);
  REQUIRE(message);
  REQUIRE(std::holds_alternative<Body>(message->body));
  return std::get<Body>(message->body);
}

/// Messages that mean something, with parts exchanged at random.
class RandomMessages {
 public:
  explicit RandomMessages(std::uint32_t seed) : engine_(seed) {}

  std::string next() {
    JsonObject out;
    out.add("type", one_of({"handshake", "ping", "pong", "join", "leave", "request",
                            "requestStream", "offer", "answer", "close", "abort", "renegotiate",
                            "ice", "chat", "usermessage", "useraction", "groupaction"}));
    for (int i = number(10); i > 0; --i) {
      out.set(one_of({"kind", "id", "replace", "label", "sdp", "dest", "username", "password",
                      "token", "group", "value", "request", "candidate", "noecho", "data",
                      "version", "source", "time"}),
              value(0));
    }
    std::string text = write_json(out);
    if (number(10) == 0) {
      text[static_cast<std::size_t>(number(static_cast<int>(text.size())))] =
          static_cast<char>(number(256));
    }
    return text;
  }
  int number(int below) { return static_cast<int>(engine_() % static_cast<std::uint32_t>(below)); }

 private:
  std::string one_of(std::vector<std::string> words) {
    return words[static_cast<std::size_t>(number(static_cast<int>(words.size())))];
  }
  JsonValue value(int depth) {
    switch (number(depth > 3 ? 5 : 8)) {
      case 0:
        return {};
      case 1:
        return number(2) == 0;
      case 2:
        return number(100) - 50;
      case 5: {
        JsonArray array;
        for (int i = number(3); i > 0; --i) {
          array.push_back(value(depth + 1));
        }
        return array;
      }
      case 6: {
        JsonObject object;
        for (int i = number(3); i > 0; --i) {
          object.set(one_of({"", "camera", "id", "userId", "candidate", "x"}), value(depth + 1));
        }
        return object;
      }
      default:
        return one_of({"",         "join",      "leave",     "g",         "g/sub", "olga",
                       "op",       "a",         "b",         "c",         "s1",    "s2",
                       "av",       "bad",       "camera",    "audio",     "video", "lock",
                       "kick",     "setdata",   "clearchat", "unpresent", "unop",  "present",
                       "identify", "subgroups", "2"});
    }
  }

  std::mt19937 engine_;
};

}  // namespace

TEST_CASE("messages are decoded into what they mean") {
  const auto handshake =
      decoded<HandshakeMessage>(R"({"type":"handshake","version":["2"],"id":"x"})");
  CHECK(handshake.version == std::vector<std::string>{"2"});
  CHECK(handshake.id == "x");
  const auto join = decoded<JoinMessage>(
      R"({"type":"join","kind":"join","group":"g","username":"","password":"p","token":"t",
          "data":{"a":1}})");
  CHECK(join.group == "g");
  CHECK(join.username == "");
  CHECK(join.password == "p");
  CHECK(join.token == "t");
  CHECK(join.data.size() == 1);
  CHECK_FALSE(decoded<JoinMessage>(R"({"type":"join","kind":"join"})").username);
  const auto offer =
      decoded<OfferMessage>(R"({"type":"offer","id":"i","label":"l","replace":"r","sdp":"s"})");
  CHECK(offer.id + offer.label + offer.replace + offer.sdp == "ilrs");
  const auto ice = decoded<IceMessage>(
      R"({"type":"ice","id":"i","candidate":{"candidate":"","sdpMid":null,"sdpMLineIndex":0,
          "usernameFragment":null,"extra":1}})");
  CHECK(ice.candidate.empty());
  const auto talk = decoded<TalkMessage>(
      R"({"type":"usermessage","kind":"k","id":"i","dest":"d","noecho":true,"value":[1]})");
  CHECK(talk.type == TalkKind::kUserMessage);
  CHECK(talk.no_echo);
  CHECK(talk.value == JsonValue(JsonArray{JsonValue(1)}));
  CHECK_FALSE(decoded<RequestMessage>(R"({"type":"request","request":[]})").request);
  CHECK(decoded<RequestMessage>(R"({"type":"request"})").request->empty());
}

TEST_CASE("the claimed username counts in all messages but join") {
  CHECK(decode_client_message(R"({"type":"ping","username":""})")->username == "");
  CHECK_FALSE(decode_client_message(R"({"type":"ping"})")->username);
  CHECK_FALSE(decode_client_message(R"({"type":"join","kind":"join","username":"x"})")->username);
  CHECK(decode_client_message(R"({"type":"join","kind":"join","source":"x"})")->source == "x");
}

TEST_CASE("ten thousand random messages do no harm") {
  Meeting meeting(R"({"auto-subgroups":true,"autolock":true,
      "users":{"olga":{"permissions":"op","password":{"type":"wildcard"}}},
      "wildcard-user":{"password":{"type":"wildcard"},"permissions":"op"}})");
  RandomMessages messages(20);
  std::map<std::string, ConnectionId> clients;
  for (int i = 0; i < 10'000; ++i) {
    const std::string name(1, static_cast<char>('a' + messages.number(4)));
    const auto client = clients.find(name);
    if (client == clients.end() || !meeting.is_open(client->second)) {
      if (client != clients.end()) {
        meeting.disconnect(client->second);
      }
      clients[name] = meeting.connect(name);
      meeting.join(clients[name], name);
      meeting.request_everything(clients[name]);
      meeting.offer(clients[name], "s1", "av", "s2");
    }
    meeting.send(clients[name], messages.next());
    for (const auto& [id, up] : std::map(meeting.media.ups)) {
      if (up.started.empty()) {
        meeting.media.start(id, 0, up.announced.size(), meeting.now.now);
      }
    }
    meeting.pass(messages.number(300));
    meeting.clear();
  }
  for (const auto& [name, id] : clients) {
    meeting.disconnect(id);
  }
  CHECK(meeting.server.session_count() == 0);
  CHECK(meeting.media.ups.empty());
  CHECK(meeting.media.downs.empty());
  CHECK(meeting.server.streams().up_count() == 0);
  CHECK(meeting.server.streams().down_count() == 0);
}
