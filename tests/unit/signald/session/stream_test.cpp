#include <doctest/doctest.h>

#include <string>

#include "tests/unit/signald/session/meeting.h"

using namespace halcyon;
using namespace halcyon::signald;

namespace {

std::string answer(const std::string& id, const std::string& sdp = "ok") {
  return R"({"type":"answer","id":")" + id + R"(","sdp":")" + sdp + "\"}";
}

std::string request_stream(const std::string& id, const std::string& request) {
  return R"({"type":"requestStream","id":")" + id + R"(","request":)" + request + "}";
}

std::string with_id(const std::string& type, const std::string& id) {
  return R"({"type":")" + type + R"(","id":")" + id + "\"}";
}

/// A publisher and a receiver who wants everything.
struct Pair {
  Meeting meeting;
  ConnectionId p = meeting.member("p");
  ConnectionId r = meeting.member("r");

  Pair() {
    meeting.request_everything(r);
    meeting.clear();
  }
  /// Publishes, and lets R answer.
  void publish(const std::string& id, const std::string& sdp = "av") {
    meeting.offer(p, id, sdp);
    meeting.start("p", id);
    meeting.send(r, answer(id));
    meeting.clear();
  }
};

}  // namespace

TEST_CASE("an offer is answered and passed on when its tracks have started") {
  Pair pair;
  Meeting& meeting = pair.meeting;
  meeting.offer(pair.p, "A", "av");
  CHECK(meeting.only_text(pair.p) == R"({"type":"answer","id":"A","sdp":"answer to av"})");
  CHECK(meeting.media.ups.begin()->second.codecs == std::vector<std::string>{"vp8", "opus"});
  CHECK(meeting.media.ups.begin()->second.label == "camera");
  meeting.pass(500);
  CHECK(meeting.heard(pair.r).empty());
  meeting.start("p", "A");
  CHECK(meeting.only_text(pair.r) ==
        R"({"type":"offer","id":"A","label":"camera","source":"p","username":"p",)"
        R"("sdp":"tracks 1 2"})");
  CHECK(meeting.heard(pair.p).empty());
  meeting.send(pair.r, answer("A"));
  meeting.send(pair.r, R"({"type":"ice","id":"A","candidate":{"candidate":""}})");
  meeting.send(pair.r, R"({"type":"ice","id":"unknown","candidate":{"candidate":"nonsense"}})");
  CHECK(meeting.heard(pair.r).empty());
}

TEST_CASE("a camera is published, replaced, and ends with its publisher") {
  Pair pair;
  Meeting& meeting = pair.meeting;
  pair.publish("A");
  meeting.offer(pair.p, "B", "av", "A");
  CHECK(meeting.heard(pair.p) == Heard{"answer B"});
  CHECK(meeting.media.ups.size() == 1);
  CHECK(meeting.media.downs.empty());
  CHECK(meeting.heard(pair.r).empty());
  meeting.start("p", "B");
  CHECK(meeting.heard(pair.r) == Heard{"offer B replaces A"});
  meeting.send(pair.r, answer("B"));
  meeting.disconnect(pair.p);
  CHECK(meeting.heard(pair.r) == Heard{"close B", "user/delete p"});
  CHECK(meeting.media.ups.empty());
  CHECK(meeting.media.downs.empty());
}

TEST_CASE("tracks that start within the delay are announced together") {
  Pair pair;
  Meeting& meeting = pair.meeting;
  meeting.offer(pair.p, "A", "av");
  const UpStreamId up = meeting.up("p", "A");
  meeting.pass(50);
  meeting.media.start(up, 0, 1, meeting.now.now);
  meeting.pass(100);
  meeting.media.start(up, 1, 1, meeting.now.now);
  meeting.pass(49);
  CHECK(meeting.heard(pair.r).empty());
  meeting.pass(1);
  CHECK(*meeting.messages(pair.r).at(0).find("sdp")->as_string() == "tracks 1 2");
}

TEST_CASE("a described but silent track is waited for, but not for ever") {
  Pair pair;
  Meeting& meeting = pair.meeting;
  meeting.offer(pair.p, "A", "av");
  const UpStreamId up = meeting.up("p", "A");
  meeting.pass(1000);
  meeting.media.start(up, 0, 1, meeting.now.now);
  meeting.pass(700);
  CHECK(meeting.heard(pair.r).empty());
  meeting.pass(100);
  CHECK(*meeting.messages(pair.r).at(0).find("sdp")->as_string() == "tracks 1");
  meeting.send(pair.r, answer("A"));
  meeting.pass(5000);
  CHECK(meeting.heard(pair.r).empty());
  meeting.media.start(up, 1, 1, meeting.now.now);
  meeting.pass(199);
  CHECK(meeting.heard(pair.r).empty());
  meeting.pass(1);
  CHECK(*meeting.messages(pair.r).at(0).find("sdp")->as_string() == "tracks 1 2");
}

TEST_CASE("receivers keep a replaced picture until its successor shows, or three seconds") {
  Pair pair;
  Meeting& meeting = pair.meeting;
  pair.publish("A");
  meeting.offer(pair.p, "B", "av", "A");
  meeting.pass(2999);
  CHECK(meeting.heard(pair.r).empty());
  meeting.pass(1);
  CHECK(meeting.heard(pair.r) == Heard{"close A"});
  meeting.start("p", "B");
  CHECK(meeting.heard(pair.r) == Heard{"offer B"});
}

TEST_CASE("a replacement that is replaced itself takes the place of the first") {
  Pair pair;
  Meeting& meeting = pair.meeting;
  pair.publish("A");
  meeting.offer(pair.p, "B", "av", "A");
  meeting.offer(pair.p, "C", "av", "B");
  meeting.start("p", "C");
  CHECK(meeting.heard(pair.r) == Heard{"offer C replaces A"});
}

TEST_CASE("a replacement that is closed unannounced takes the old stream with it") {
  Pair pair;
  Meeting& meeting = pair.meeting;
  pair.publish("A");
  meeting.offer(pair.p, "B", "av", "A");
  meeting.send(pair.p, with_id("close", "B"));
  CHECK(meeting.heard(pair.r) == Heard{"close A"});
}

TEST_CASE("a replacement nobody wants closes the old stream") {
  Pair pair;
  Meeting& meeting = pair.meeting;
  pair.publish("A");
  meeting.offer(pair.p, "B", "av", "A", "unwanted");
  meeting.send(pair.r, R"({"type":"request","request":{"":["audio","video"],"unwanted":[]}})");
  meeting.start("p", "B");
  CHECK(meeting.heard(pair.r) == Heard{"close A"});
  CHECK(meeting.media.downs.empty());
}

TEST_CASE("somebody else's stream cannot be replaced") {
  Pair pair;
  Meeting& meeting = pair.meeting;
  pair.publish("A");
  const ConnectionId mallory = meeting.member("m");
  meeting.clear();
  meeting.offer(mallory, "M", "av", "A");
  meeting.start("m", "M");
  CHECK(meeting.heard(pair.r) == Heard{"offer M"});
  CHECK(meeting.media.ups.size() == 2);
}

TEST_CASE("a forbidden or refused offer is aborted, and ends what it was to replace") {
  Pair pair;
  Meeting& meeting = pair.meeting;
  pair.publish("A");
  meeting.offer(pair.p, "B", "bad", "A");
  CHECK(meeting.heard(pair.p) == Heard{"abort B", "usermessage/error bad offer"});
  CHECK(meeting.heard(pair.r) == Heard{"close A"});
  CHECK(meeting.media.ups.empty());
  meeting.send(pair.p, with_id("close", "B"));
  CHECK(meeting.heard(pair.p).empty());
  CHECK(meeting.is_open(pair.p));
}

TEST_CASE("the id of a stream one receives cannot be published") {
  Pair pair;
  Meeting& meeting = pair.meeting;
  pair.publish("A");
  meeting.offer(pair.r, "A", "av");
  CHECK(meeting.heard(pair.r) ==
        Heard{"abort A", "usermessage/error you receive a stream with this id"});
  CHECK(meeting.media.downs.size() == 1);
}

TEST_CASE("a stream whose id the receiver uses itself is not pushed") {
  Pair pair;
  Meeting& meeting = pair.meeting;
  meeting.offer(pair.r, "A", "av");
  meeting.clear();
  meeting.offer(pair.p, "A", "av");
  meeting.start("p", "A");
  CHECK(meeting.heard(pair.r).empty());
  CHECK(meeting.is_open(pair.r));
}

TEST_CASE("two publishers with the same stream id do not disturb each other") {
  Pair pair;
  Meeting& meeting = pair.meeting;
  const ConnectionId q = meeting.member("q");
  pair.publish("A");
  meeting.offer(q, "A", "av");
  meeting.start("q", "A");
  CHECK(meeting.heard(pair.r).empty());
  meeting.send(q, with_id("close", "A"));
  CHECK(meeting.heard(pair.r).empty());
  CHECK(meeting.media.downs.size() == 1);
}

TEST_CASE("renegotiation answers and leaves the stream as it is") {
  Pair pair;
  Meeting& meeting = pair.meeting;
  pair.publish("A");
  meeting.offer(pair.p, "A", "av", "", "another label");
  CHECK(meeting.heard(pair.p) == Heard{"answer A"});
  CHECK(meeting.media.ups.begin()->second.offers == 2);
  CHECK(meeting.groups.directory().find("g")->stream("p", "A")->label == "camera");
  meeting.offer(pair.p, "A", "bad");
  CHECK(meeting.heard(pair.p) == Heard{"abort A", "usermessage/error bad offer"});
  meeting.pass(1000);
  CHECK(meeting.heard(pair.r).empty());
  meeting.send(pair.p, with_id("close", "A"));
  CHECK(meeting.heard(pair.r) == Heard{"close A"});
}

TEST_CASE("renegotiation with replace closes the replaced stream") {
  Pair pair;
  Meeting& meeting = pair.meeting;
  pair.publish("A");
  pair.publish("B");
  meeting.offer(pair.p, "B", "av", "A");
  meeting.pass(200);
  CHECK(meeting.heard(pair.r) == Heard{"close A"});
  CHECK(meeting.media.ups.size() == 1);
}

TEST_CASE("a closed stream is closed for the others, unknown ids are ignored") {
  Pair pair;
  Meeting& meeting = pair.meeting;
  pair.publish("A");
  meeting.send(pair.p, with_id("close", "unknown"));
  CHECK(meeting.heard(pair.r).empty());
  meeting.send(pair.p, with_id("close", "A"));
  CHECK(meeting.heard(pair.r) == Heard{"close A"});
  CHECK(meeting.heard(pair.p).empty());
}

TEST_CASE("nothing is pushed before it is requested, and all that is there after") {
  Pair pair;
  Meeting& meeting = pair.meeting;
  const ConnectionId late = meeting.member("late");
  pair.publish("A");
  meeting.pass(1000);
  CHECK(meeting.heard(late).empty());
  meeting.request_everything(late);
  CHECK(meeting.heard(late) == Heard{"offer A"});
  meeting.request_everything(late);
  CHECK(meeting.heard(late).empty());
  meeting.send(late, R"({"type":"request","request":null})");
  CHECK(meeting.heard(late) == Heard{"close A"});
  meeting.send(late, R"({"type":"request","request":{}})");
  CHECK(meeting.heard(late).empty());
}

TEST_CASE("a changed request changes the tracks of the same stream") {
  Pair pair;
  Meeting& meeting = pair.meeting;
  pair.publish("A", "ahl");
  meeting.send(pair.r, R"({"type":"request","request":{"":["audio","video-low"]}})");
  CHECK(*meeting.messages(pair.r).at(0).find("sdp")->as_string() == "tracks 1 3");
  // The offer is unanswered: the next need waits for the answer.
  meeting.send(pair.r, R"({"type":"request","request":{"":["audio"]}})");
  CHECK(meeting.heard(pair.r).empty());
  meeting.send(pair.r, answer("A"));
  CHECK(*meeting.messages(pair.r).at(0).find("sdp")->as_string() == "tracks 1");
}

TEST_CASE("video-low of a single encoding is a silent change of layer") {
  Pair pair;
  Meeting& meeting = pair.meeting;
  pair.publish("A");
  meeting.send(pair.r, R"({"type":"request","request":{"":["audio","video-low"]}})");
  CHECK(meeting.heard(pair.r).empty());
  CHECK(meeting.media.downs.begin()->second.selection.lowest_spatial_layer);
  meeting.request_everything(pair.r);
  CHECK_FALSE(meeting.media.downs.begin()->second.selection.lowest_spatial_layer);
}

TEST_CASE("an override beats the request, is withdrawn by null, and dies with the stream") {
  Pair pair;
  Meeting& meeting = pair.meeting;
  pair.publish("A");
  meeting.send(pair.r, request_stream("A", R"(["audio"])"));
  CHECK(meeting.heard(pair.r) == Heard{"offer A"});
  meeting.send(pair.r, answer("A"));
  meeting.request_everything(pair.r);
  CHECK(meeting.heard(pair.r).empty());
  meeting.send(pair.r, request_stream("A", "null"));
  CHECK(*meeting.messages(pair.r).at(0).find("sdp")->as_string() == "tracks 1 2");
  meeting.send(pair.r, answer("A"));
  meeting.send(pair.r, request_stream("A", "[]"));
  CHECK(meeting.heard(pair.r) == Heard{"close A"});
  meeting.request_everything(pair.r);
  CHECK(*meeting.messages(pair.r).at(0).find("sdp")->as_string() == "tracks 1 2");
}

TEST_CASE("an override selects the first tracks of a replacement, no more") {
  Pair pair;
  Meeting& meeting = pair.meeting;
  pair.publish("A");
  meeting.send(pair.r, request_stream("A", R"(["audio"])"));
  meeting.send(pair.r, answer("A"));
  meeting.clear();
  meeting.offer(pair.p, "B", "av", "A");
  meeting.start("p", "B");
  CHECK(*meeting.messages(pair.r).at(0).find("sdp")->as_string() == "tracks 3");
  meeting.send(pair.r, answer("B"));
  meeting.request_everything(pair.r);
  CHECK(*meeting.messages(pair.r).at(0).find("sdp")->as_string() == "tracks 3 4");
}

TEST_CASE("malformed requests are errors, unknown streams an ordinary race") {
  Pair pair;
  Meeting& meeting = pair.meeting;
  meeting.send(pair.r, request_stream("gone", R"(["audio"])"));
  CHECK(meeting.heard(pair.r).empty());
  meeting.send(pair.r, request_stream("gone", "{}"));
  CHECK(meeting.heard(pair.r) == Heard{"usermessage/error bad value in requestStream"});
  meeting.send(pair.r, R"({"type":"request","request":["audio"]})");
  CHECK(meeting.heard(pair.r) == Heard{"usermessage/error bad value in request"});
  CHECK(meeting.is_open(pair.r));
}

TEST_CASE("an answer to an unknown stream is answered with close") {
  Pair pair;
  Meeting& meeting = pair.meeting;
  meeting.send(pair.r, answer("gone"));
  CHECK(meeting.heard(pair.r) == Heard{"close gone"});
  const ConnectionId outside = meeting.connect("outside");
  meeting.send(outside, answer("gone"));
  meeting.send(outside, with_id("abort", "gone"));
  meeting.send(outside, with_id("close", "gone"));
  meeting.send(outside, with_id("renegotiate", "gone"));
  CHECK(meeting.heard(outside) == Heard{"close gone", "close gone"});
}

TEST_CASE("a refused answer closes the stream with an error") {
  Pair pair;
  Meeting& meeting = pair.meeting;
  meeting.offer(pair.p, "A", "av");
  meeting.start("p", "A");
  meeting.clear();
  meeting.send(pair.r, answer("A", "bad"));
  CHECK(meeting.heard(pair.r) == Heard{"close A", "usermessage/error bad answer"});
  CHECK(meeting.is_open(pair.r));
}

TEST_CASE("abort is always confirmed and not remembered") {
  Pair pair;
  Meeting& meeting = pair.meeting;
  pair.publish("A");
  meeting.send(pair.r, with_id("abort", "A"));
  meeting.send(pair.r, with_id("abort", "A"));
  CHECK(meeting.heard(pair.r) == Heard{"close A", "close A"});
  CHECK(meeting.media.downs.empty());
  meeting.request_everything(pair.r);
  CHECK(meeting.heard(pair.r) == Heard{"offer A"});
}

TEST_CASE("a receiver gets an ICE restart when it asks for one") {
  Pair pair;
  Meeting& meeting = pair.meeting;
  pair.publish("A");
  meeting.send(pair.r, with_id("renegotiate", "A"));
  CHECK(*meeting.messages(pair.r).at(0).find("sdp")->as_string() == "restart tracks 1 2");
  meeting.send(pair.r, with_id("renegotiate", "unknown"));
  CHECK(meeting.heard(pair.r).empty());
  meeting.media.refuse_down = true;
  meeting.send(pair.r, with_id("renegotiate", "A"));
  CHECK(meeting.heard(pair.r) == Heard{"close A", "usermessage/error cannot be sent"});
}

TEST_CASE("failures of the network are mended from the offering side") {
  Pair pair;
  Meeting& meeting = pair.meeting;
  pair.publish("A");
  meeting.media.listener->up_needs_offer(meeting.up("p", "A"), meeting.now.now);
  CHECK(meeting.heard(pair.p) == Heard{"renegotiate A"});
  meeting.media.listener->down_failed(meeting.only_down(), meeting.now.now);
  CHECK(*meeting.messages(pair.r).at(0).find("sdp")->as_string() == "restart tracks 1 2");
}

TEST_CASE("a lost copy is closed and offered anew") {
  Pair pair;
  Meeting& meeting = pair.meeting;
  pair.publish("A");
  const DownStreamId lost = meeting.only_down();
  meeting.media.listener->down_lost(lost, meeting.now.now);
  CHECK(meeting.heard(pair.r) == Heard{"close A", "offer A"});
  CHECK(meeting.only_down() != lost);
  meeting.media.listener->down_lost(lost, meeting.now.now);
  CHECK(meeting.heard(pair.r).empty());
}

TEST_CASE("without a worker a stream comes back when its publisher has found one") {
  Pair pair;
  Meeting& meeting = pair.meeting;
  pair.publish("A");
  meeting.media.no_worker = true;
  meeting.media.listener->down_lost(meeting.only_down(), meeting.now.now);
  CHECK(meeting.heard(pair.r) == Heard{"close A"});
  meeting.media.no_worker = false;
  meeting.media.listener->up_tracks_changed(meeting.up("p", "A"), meeting.now.now);
  meeting.pass(200);
  CHECK(meeting.heard(pair.r) == Heard{"offer A"});
}

TEST_CASE("an offer without a worker is answered as soon as there is one") {
  Pair pair;
  Meeting& meeting = pair.meeting;
  pair.publish("A");
  meeting.media.no_worker = true;
  meeting.offer(pair.p, "A", "av");          // its worker died while it was asked to begin again
  meeting.offer(pair.p, "B", "av", "gone");  // and this one is new
  meeting.pass(3000);
  CHECK(meeting.heard(pair.p).empty());
  CHECK(meeting.heard(pair.r).empty());
  meeting.media.no_worker = false;
  meeting.pass(100);
  CHECK(meeting.heard(pair.p) == Heard{"answer A", "answer B"});
  CHECK(meeting.media.ups.size() == 2);
}

TEST_CASE("an offer that waits for a worker is refused in the end") {
  Pair pair;
  Meeting& meeting = pair.meeting;
  meeting.media.no_worker = true;
  meeting.offer(pair.p, "A", "av");
  meeting.pass(9'900);
  CHECK(meeting.heard(pair.p).empty());
  meeting.pass(200);
  CHECK(meeting.heard(pair.p) ==
        Heard{"abort A", "usermessage/error no media worker is available"});
}

TEST_CASE("an offer that waits for a worker is forgotten with its stream or its member") {
  Pair pair;
  Meeting& meeting = pair.meeting;
  meeting.media.no_worker = true;
  meeting.offer(pair.p, "A", "av");
  meeting.offer(pair.p, "B", "av");
  meeting.send(pair.p, with_id("close", "A"));
  meeting.pass(1000);
  meeting.send(pair.p, R"({"type":"join","kind":"leave","group":"g"})");
  meeting.clear();
  meeting.media.no_worker = false;
  meeting.pass(1000);
  CHECK(meeting.heard(pair.p).empty());
  CHECK(meeting.media.ups.empty());
}

TEST_CASE("only so many offers wait for a worker") {
  Pair pair;
  Meeting& meeting = pair.meeting;
  meeting.media.no_worker = true;
  for (std::size_t i = 0; i < kMaxWaitingOffers; ++i) {
    meeting.offer(pair.p, std::to_string(i), "av");
  }
  CHECK(meeting.heard(pair.p).empty());
  meeting.offer(pair.p, "more", "av");
  CHECK(meeting.heard(pair.p) == Heard{"abort more", "usermessage/error no worker"});
}

TEST_CASE("a stream that cannot be sent is an error for its receiver, not the end") {
  Pair pair;
  Meeting& meeting = pair.meeting;
  meeting.media.refuse_down = true;
  meeting.offer(pair.p, "A", "av");
  meeting.start("p", "A");
  CHECK(meeting.heard(pair.r) == Heard{"usermessage/error cannot be sent"});
  CHECK(meeting.is_open(pair.r));
}

TEST_CASE("reports about streams that are gone are ignored") {
  Pair pair;
  Meeting& meeting = pair.meeting;
  meeting.media.listener->up_tracks_changed(UpStreamId(99), meeting.now.now);
  meeting.media.listener->up_needs_offer(UpStreamId(99), meeting.now.now);
  meeting.media.listener->down_failed(DownStreamId(99), meeting.now.now);
  meeting.media.listener->down_lost(DownStreamId(99), meeting.now.now);
  CHECK(meeting.heard(pair.p).empty());
  CHECK(meeting.heard(pair.r).empty());
}

TEST_CASE("a receiver's departure ends its copies only") {
  Pair pair;
  Meeting& meeting = pair.meeting;
  pair.publish("A");
  meeting.disconnect(pair.r);
  CHECK(meeting.media.downs.empty());
  CHECK(meeting.media.ups.size() == 1);
  CHECK(meeting.heard(pair.p) == Heard{"user/delete r"});
}

TEST_CASE("too many streams are refused") {
  Pair pair;
  Meeting& meeting = pair.meeting;
  for (std::size_t i = 0; i < kMaxStreamsPerMember; ++i) {
    meeting.offer(pair.p, std::to_string(i), "av");
  }
  meeting.clear();
  meeting.offer(pair.p, "more", "av");
  CHECK(meeting.heard(pair.p) == Heard{"abort more", "usermessage/error too many streams"});
  CHECK(meeting.media.ups.size() == kMaxStreamsPerMember);
}
