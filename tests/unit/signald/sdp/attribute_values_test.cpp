#include "signald/sdp/attribute_values.h"

#include <doctest/doctest.h>

#include "signald/sdp/fmtp_parameters.h"

using namespace halcyon::signald::sdp;

TEST_CASE("an rtpmap has name, rate and perhaps channels") {
  CHECK(parse_rtpmap("111 opus/48000/2") == RtpMap{111, "opus", 48000, 2});
  CHECK(parse_rtpmap("0 PCMU/8000") == RtpMap{0, "PCMU", 8000, 0});
  for (const char* text :
       {"", "128 a/1", "-1 a/1", "x a/1", "1 a", "1 /8000", "1 a/b", "1 a/1/c"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_rtpmap(text).has_value());
  }
}

TEST_CASE("an extmap may carry a direction and parameters") {
  CHECK(parse_extmap("9/sendonly urn:x a b") == Extmap{9, Direction::kSendOnly, "urn:x", "a b"});
  CHECK(parse_extmap("4 urn:y") == Extmap{4, std::nullopt, "urn:y", ""});
  for (const char* text : {"", "0 urn:x", "a urn:x", "4", "4/up urn:x", "65536 urn:x"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_extmap(text).has_value());
  }
}

TEST_CASE("a simulcast line lists streams and alternatives, paused ones marked") {
  const auto simulcast = parse_simulcast("send h,~m;l recv a");
  REQUIRE(simulcast.has_value());
  REQUIRE(simulcast->send.size() == 2);
  CHECK(simulcast->send[0][1] == Simulcast::Alternative{"m", true});
  CHECK(simulcast->recv[0][0].rid == "a");
  for (const char* text : {"", "send", "up h", "send h send l", "send ~", "send ,", "send h$"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_simulcast(text).has_value());
  }
}

TEST_CASE("a fingerprint is hexadecimal with colons") {
  CHECK(parse_fingerprint("SHA-256 0a:FF") == Fingerprint{"sha-256", {0x0a, 0xff}});
  for (const char* text :
       {"", "sha-256", "sha-256 0", "sha-256 0a:", "sha-256 0a-ff", "sha-256 0g"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_fingerprint(text).has_value());
  }
  std::string long_digest = "sha-512 00";
  for (int i = 0; i < 64; ++i) long_digest += ":00";
  CHECK_FALSE(parse_fingerprint(long_digest).has_value());
}

TEST_CASE("ssrc, ssrc-group, rid, msid and group lines are read") {
  CHECK(parse_ssrc("42 cname:a:b") == SsrcAttribute{42, "cname", "a:b"});
  CHECK_FALSE(parse_ssrc("4294967296 cname:x").has_value());
  CHECK(parse_ssrc_group("FID 1 2") == SsrcGroup{"FID", {1, 2}});
  CHECK_FALSE(parse_ssrc_group("FID 1 x").has_value());
  CHECK(parse_rid("h send pt=96") == Rid{"h", Direction::kSendOnly, "pt=96"});
  CHECK_FALSE(parse_rid("h up").has_value());
  CHECK_FALSE(parse_rid("h~ send").has_value());
  CHECK(parse_msid("s t") == Msid{"s", "t"});
  CHECK(parse_msid("-") == Msid{"-", ""});
  CHECK_FALSE(parse_msid("").has_value());
  CHECK(parse_group("BUNDLE 0 a") == Group{"BUNDLE", {"0", "a"}});
}

TEST_CASE("feedback may be for all payload types") {
  CHECK(parse_rtcp_feedback("96 nack pli") == RtcpFeedback{96, "nack pli"});
  CHECK(parse_rtcp_feedback("* nack") == RtcpFeedback{std::nullopt, "nack"});
  CHECK_FALSE(parse_rtcp_feedback("200 nack").has_value());
  CHECK_FALSE(parse_rtcp_feedback("96").has_value());
}

TEST_CASE("fmtp parameters are found by name in any case, and blanks around them do not matter") {
  const FmtpParameters parameters("minptime=10; UseInbandFEC=1 ;;0-15;x=");
  CHECK(parameters.value("useinbandfec") == "1");
  CHECK(parameters.value("minptime") == "10");
  CHECK(parameters.value("0-15") == "");
  CHECK(parameters.value("x") == "");
  CHECK_FALSE(parameters.value("stereo").has_value());
}
