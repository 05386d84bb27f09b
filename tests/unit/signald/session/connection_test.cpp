#include <doctest/doctest.h>

#include <string>

#include "tests/unit/signald/session/meeting.h"

using namespace halcyon;
using namespace halcyon::signald;

TEST_CASE("the server answers a handshake before anything else") {
  Meeting meeting;
  const ConnectionId id = meeting.connect();
  CHECK(meeting.heard(id).empty());
  meeting.send(id, R"({"type":"handshake","version":["1","2"],"id":"a","unknown":{}})");
  CHECK(meeting.only_text(id) == R"({"type":"handshake","version":["2"]})");
}

TEST_CASE("an unknown version is answered all the same, with a warning") {
  for (const std::string version : {R"("version":["3"],)", "", R"("version":null,)"}) {
    Meeting meeting;
    const ConnectionId id = meeting.connect();
    meeting.send(id, R"({"type":"handshake",)" + version + R"("id":"a"})");
    CHECK(meeting.heard(id) == Heard{"handshake", "usermessage/warning"});
    meeting.join(id, "ann");
    CHECK(meeting.member_state("a") != nullptr);
  }
}

TEST_CASE("a client that says nothing is dropped after fifteen seconds") {
  Meeting meeting;
  const ConnectionId id = meeting.connect();
  meeting.pass(14'900);
  CHECK(meeting.is_open(id));
  meeting.pass(200);
  CHECK(meeting.close_code(id) == 0);
}

TEST_CASE("a first message that cannot be read drops the connection without a word") {
  for (const std::string text : {"", "{", "[]", R"({"type":1})", R"({"type":"handshake","id":7})",
                                 R"({"type":"handshake","version":"2"})"}) {
    CAPTURE(text);
    Meeting meeting;
    const ConnectionId id = meeting.connect();
    meeting.send(id, text);
    CHECK(meeting.heard(id).empty());
    CHECK(meeting.close_code(id) == 0);
  }
}

TEST_CASE("a first message that is no handshake ends the connection") {
  for (const std::string text : {R"({"type":"ping"})", R"({"type":"nonsense"})", "{}"}) {
    Meeting meeting;
    const ConnectionId id = meeting.connect();
    meeting.send(id, text);
    CHECK(meeting.heard(id).empty());
    CHECK(meeting.close_code(id) == 1002);
  }
}

TEST_CASE("undecodable messages end the connection with 1011 and no farewell") {
  for (const std::string text :
       {"", "{", "5", R"({"type":"ping","time":5})", R"({"type":"ping","version":"2"})",
        R"({"type":"chat","data":[]})", R"({"type":"chat","noecho":"yes"})",
        R"({"type":"ping","privileged":1})", R"({"type":"ping","permissions":"op"})",
        R"({"type":"ping","status":[]})", R"({"type":"ping","rtcConfiguration":1})",
        R"({"type":"ping","error":{}})", R"({"type":"ice","id":"x","candidate":"text"})",
        R"({"type":"ice","id":"x","candidate":{"candidate":5}})",
        R"({"type":"ice","id":"x","candidate":{"sdpMLineIndex":"0"}})",
        R"({"type":"offer","id":5})", R"({"type":"ping","dest":true})"}) {
    CAPTURE(text);
    Meeting meeting;
    const ConnectionId id = meeting.connect("a");
    meeting.send(id, text);
    CHECK(meeting.heard(id).empty());
    CHECK(meeting.close_code(id) == 1011);
  }
}

TEST_CASE("null is the same as missing, unknown fields are ignored") {
  Meeting meeting;
  const ConnectionId id = meeting.connect("a");
  meeting.send(id, R"({"type":"ping","dest":null,"username":null,"time":null,"data":null,
                       "version":null,"noecho":null,"candidate":null,"future":[{}]} extra)");
  CHECK(meeting.only_text(id) == R"({"type":"pong"})");
}

TEST_CASE("protocol errors are explained and closed with 1002") {
  for (const std::string text :
       {R"({"type":"nonsense"})", R"({"type":""})", R"({"kind":"x"})",
        R"({"type":"handshake","version":["2"],"id":"a"})",
        R"({"type":"join","kind":"enter","group":"g"})", R"({"type":"join","group":"g"})",
        R"({"type":"offer","sdp":"x"})", R"({"type":"answer","id":""})", R"({"type":"close"})",
        R"({"type":"abort","id":null})", R"({"type":"renegotiate"})",
        R"({"type":"ice","candidate":{}})", R"({"type":"ice","id":"x"})",
        R"({"type":"ice","id":"x","candidate":null})", R"({"type":"ping","source":"b"})",
        R"({"type":"ping","username":"b"})", R"({"type":"join","kind":"join","source":"b"})",
        R"({"type":"pong","source":"A"})"}) {
    CAPTURE(text);
    Meeting meeting;
    const ConnectionId id = meeting.connect("a");
    meeting.send(id, text);
    const auto messages = meeting.messages(id);
    REQUIRE(messages.size() == 1);
    CHECK(messages[0].find("kind")->as_string()[0] == "error");
    CHECK(messages[0].find("dest")->as_string()[0] == "a");
    CHECK(messages[0].find("privileged")->as_bool() == true);
    CHECK(meeting.close_code(id) == 1002);
    meeting.send(id, R"({"type":"ping"})");
    CHECK(meeting.heard(id).empty());
  }
}

TEST_CASE("one's own id and name are no spoofing") {
  Meeting meeting;
  const ConnectionId id = meeting.connect("a");
  meeting.send(id, R"({"type":"ping","source":"a","username":""})");
  meeting.join(id, "ann");
  meeting.clear();
  meeting.send(id, R"({"type":"ping","source":"a","username":"ann"})");
  meeting.send(id, R"({"type":"ping","source":"","username":null})");
  CHECK(meeting.heard(id) == Heard{"pong", "pong"});
  meeting.send(id, R"({"type":"ping","username":""})");
  CHECK(meeting.close_code(id) == 1002);
}

TEST_CASE("a silent client is asked after twenty seconds and given up after forty-five") {
  Meeting meeting;
  const ConnectionId other = meeting.member("olga");
  const ConnectionId id = meeting.member("a");
  meeting.clear();
  for (int i = 0; i < 4; ++i) {
    meeting.pass(10'000);
    meeting.send(other, R"({"type":"pong"})");
  }
  CHECK(meeting.heard(id) == Heard{"ping", "ping"});
  CHECK(meeting.is_open(id));
  meeting.pass(10'000);
  CHECK(meeting.close_code(id) == 1011);
  CHECK(meeting.heard(other) == Heard{"user/delete a"});
}

TEST_CASE("any message counts as a sign of life") {
  Meeting meeting;
  const ConnectionId id = meeting.connect("a");
  for (int i = 0; i < 20; ++i) {
    meeting.pass(15'000);
    meeting.send(id, R"({"type":"pong"})");
  }
  CHECK(meeting.is_open(id));
  CHECK(meeting.heard(id).empty());
}

TEST_CASE("messages above the rate are dropped, and the client is told once a second") {
  Meeting meeting;
  const ConnectionId id = meeting.connect("a");
  for (int i = 0; i < kMessageBurst + 100; ++i) {
    meeting.send(id, R"({"type":"ping"})");
  }
  std::size_t pongs = 0;
  std::size_t errors = 0;
  for (const std::string& message : meeting.heard(id)) {
    pongs += message == "pong" ? 1 : 0;
    errors += message.starts_with("usermessage/error") ? 1 : 0;
  }
  CHECK(pongs + 1 == kMessageBurst);  // the handshake was a message, too
  CHECK(errors == 1);
  meeting.pass(1000);
  meeting.clear();
  meeting.send(id, R"({"type":"ping"})");
  CHECK(meeting.heard(id) == Heard{"pong"});
}

TEST_CASE("messages for connections that are gone are ignored") {
  Meeting meeting;
  const ConnectionId id = meeting.member("a");
  meeting.disconnect(id);
  meeting.send(id, R"({"type":"ping"})");
  meeting.disconnect(id);
  CHECK(meeting.heard(id).empty());
  CHECK(meeting.server.session_count() == 0);
}
