#include <doctest/doctest.h>

#include "signald/sdp/sdp_writer.h"
#include "signald/whip/ice_fragment.h"
#include "tests/unit/signald/sdp/recorded_sdp.h"

using namespace halcyon;
using namespace halcyon::signald;

TEST_CASE("credentials are the session's, else those of the first section with a ufrag") {
  const auto read = [](std::string_view text) { return *parse_ice_fragment(text); };
  using Ice = sdp::IceCredentials;
  CHECK(read("a=ice-ufrag:s\r\na=ice-pwd:p\r\nm=audio 9 X 0\r\na=ice-ufrag:t\r\na=ice-pwd:q\r\n") ==
        Ice{"s", "p"});
  CHECK(read("m=audio 9 X 0\r\na=mid:0\r\nm=video 9 X 0\na=ice-ufrag:t\na=ice-pwd:q\n") ==
        Ice{"t", "q"});
  CHECK(read("m=audio 9 X 0\r\na=ice-ufrag:t\r\na=ice-pwd:q") == Ice{"t", "q"});
  CHECK(read("m=audio 9 X 0\r\na=ice-ufrag:t\r\nm=video 9 X 0\r\na=ice-pwd:q\r\n") == Ice{"t", ""});
  CHECK(read("") == Ice{});
  CHECK(read("\n\n\r\r\na=\nm=\n=") == Ice{});
}

TEST_CASE("a mid in front of the first section is an error") {
  CHECK_FALSE(parse_ice_fragment("a=ice-ufrag:s\r\na=mid:0\r\n"));
  CHECK(parse_ice_fragment("m=audio 9 X 0\r\na=mid:0\r\n"));
}

TEST_CASE("credentials cannot end the line they are written to") {
  CHECK_FALSE(parse_ice_fragment("a=ice-ufrag:a\rb=c\r\na=ice-pwd:p\r\n"));
  CHECK_FALSE(parse_ice_fragment("a=ice-ufrag:a\r\na=ice-pwd:p q\r\n"));
  CHECK_FALSE(parse_ice_fragment("a=ice-ufrag:\xc3\xa4\r\na=ice-pwd:p\r\n"));
}

TEST_CASE("a restarted offer has the new credentials wherever it had some, and no candidates") {
  for (const std::string& name : sdp::all_recorded()) {
    CAPTURE(name);
    const sdp::SessionDescription before = sdp::parsed(name);
    const sdp::SessionDescription after = restarted(before, {"new", "newPassword"});
    REQUIRE(after.sections.size() == before.sections.size());
    CHECK(after.ice.ufrag == (before.ice.ufrag.empty() ? "" : "new"));
    for (std::size_t i = 0; i < after.sections.size(); ++i) {
      CHECK(after.sections[i].ice.ufrag == (before.sections[i].ice.ufrag.empty() ? "" : "new"));
      CHECK(after.sections[i].candidates.empty());
      CHECK(after.sections[i].rtpmaps == before.sections[i].rtpmaps);
    }
  }
}

TEST_CASE("a written fragment holds credentials, sections and candidates, and nothing else") {
  sdp::SessionDescription answer;
  answer.ice = {"ufrag", "password"};
  sdp::MediaSection audio;
  audio.kind = "audio";
  audio.port = 9;
  audio.formats = {"111", "0"};
  audio.mid = "0";
  audio.rtcp_mux = true;
  audio.candidates.push_back(*sdp::parse_candidate("1 1 udp 7 192.0.2.1 5000 typ host"));
  audio.end_of_candidates = true;
  answer.sections.push_back(audio);
  answer.sections.push_back({});
  answer.sections[1].kind = "video";
  answer.sections[1].formats = {"96"};
  answer.sections[1].ice = {"other", "secret"};
  CHECK(write_ice_fragment(answer) ==
        "a=ice-ufrag:ufrag\r\na=ice-pwd:password\r\n"
        "m=audio 9 UDP/TLS/RTP/SAVPF 111 0\r\na=mid:0\r\n"
        "a=candidate:1 1 udp 7 192.0.2.1 5000 typ host\r\n"
        "m=video 0 UDP/TLS/RTP/SAVPF 96\r\na=ice-ufrag:other\r\na=ice-pwd:secret\r\n");
}
