#include <doctest/doctest.h>

#include "tests/unit/mediad/ice/stun_messages.h"

using namespace halcyon;
using namespace halcyon::mediad;
using namespace halcyon::mediad::stun_messages;

TEST_CASE("the request of RFC 5769 is valid under its password only") {
  const Bytes request = rfc5769_request();
  const auto layout = read_stun_layout(request);
  REQUIRE(layout);
  CHECK(layout->type == kStunBindingRequest);
  CHECK(layout->username == "evtj:h6vY");
  CHECK(layout->has_integrity);
  CHECK(layout->has_priority);
  CHECK(layout->controlled);
  CHECK_FALSE(layout->controlling);
  CHECK_FALSE(layout->use_candidate);
  CHECK(stun_local_ufrag(request) == "evtj");
  CHECK(verify_binding_request(request, kRfc5769Password) == StunVerdict::kValid);
  CHECK(verify_binding_request(request, "VOkJxbRl1RmTxUk/WvJxBT") == StunVerdict::kUnauthorised);
  CHECK(verify_binding_request(request, "") == StunVerdict::kUnauthorised);
}

TEST_CASE("the responses of RFC 5769 give the address in them") {
  const StunTransactionId transaction = stun_transaction_id(rfc5769_request());
  const auto v4 = read_binding_response(from_hex("0101003c 2112a442 b7e7a701bc34d686fa87dfae"
                                                 "8022000b 7465737420766563746f7220"
                                                 "00200008 0001a147e112a643"
                                                 "00080014 2b91f599fd9e90c38c7489f92af9ba53f06be7d7"
                                                 "80280004 c07d4c96"),
                                        transaction, kRfc5769Password);
  REQUIRE(v4);
  CHECK(v4->error_code == 0);
  CHECK(v4->mapped.to_string() == "192.0.2.1:32853");
  const auto v6 = read_binding_response(from_hex("01010048 2112a442 b7e7a701bc34d686fa87dfae"
                                                 "8022000b 7465737420766563746f7220"
                                                 "00200014 0002a1470113a9faa5d3f179bc25f4b5bed2b9d9"
                                                 "00080014 a382954e4be67bf11784c97c8292c275bfe3ed41"
                                                 "80280004 c8fb0b4c"),
                                        transaction, kRfc5769Password);
  REQUIRE(v6);
  CHECK(v6->mapped.to_string() == "[2001:db8:1234:5678:11:2233:4455:6677]:32853");
}

TEST_CASE("a request reads back as written") {
  BindingRequest request = check_by("ours:theirs", "a password of 22 chars");
  request.use_candidate = true;
  const Bytes bytes = encode(request);
  const auto layout = read_stun_layout(bytes);
  REQUIRE(layout);
  CHECK(layout->username == "ours:theirs");
  CHECK(layout->use_candidate);
  CHECK(layout->controlling);
  CHECK_FALSE(layout->controlled);
  CHECK(stun_transaction_id(bytes) == request.transaction);
  CHECK(verify_binding_request(bytes, request.password) == StunVerdict::kValid);
}

TEST_CASE("every changed bit of a request is noticed") {
  const Bytes good = encode(check_by("ours:theirs", "password"));
  for (std::size_t i = 0; i < good.size() * 8; ++i) {
    Bytes bad = good;
    bad[i / 8] ^= static_cast<std::uint8_t>(1 << (i % 8));
    CAPTURE(i);
    const auto layout = read_stun_layout(bad);
    CHECK_FALSE((layout && layout->type == kStunBindingRequest &&
                 verify_binding_request(bad, "password") == StunVerdict::kValid));
    // With a CRC that fits, MESSAGE-INTEGRITY must notice. Bytes 2 and 3 are put right by seal().
    seal(bad);
    const auto sealed = read_stun_layout(bad);
    CHECK_FALSE((bad != good && sealed && sealed->type == kStunBindingRequest &&
                 verify_binding_request(bad, "password") == StunVerdict::kValid));
  }
}

TEST_CASE("what is not one whole STUN message has no layout") {
  const Bytes good = rfc5769_request();
  for (std::size_t size = 0; size < good.size(); ++size) {
    CAPTURE(size);
    CHECK_FALSE(read_stun_layout(std::span(good).first(size)));
  }
  struct Case {
    const char* what;
    Bytes bytes;
  };
  const std::string header = " 2112a442 0102030405060708090a0b0c";
  const std::string fingerprint = " 80280004 00000000";
  std::vector<Case> cases = {
      {"one byte too many", good},
      {"no attributes", from_hex("00010000" + header)},
      {"wrong cookie", from_hex("00010008 2112a443 0102030405060708090a0b0c" + fingerprint)},
      {"RTP's first bits", from_hex("80010008" + header + fingerprint)},
      {"length not a multiple of four", from_hex("00010009" + header + fingerprint + "00")},
      {"no FINGERPRINT", from_hex("00010008" + header + "00240004 00000000")},
      {"FINGERPRINT not last", from_hex("00010010" + header + fingerprint + "00240004 00000000")},
      {"FINGERPRINT of eight bytes", from_hex("0001000c" + header + "80280008 0000000000000000")},
      {"attribute longer than the message",
       from_hex("0001000c" + header + "00240009 0000000000000000")},
      {"attribute header cut", from_hex("00010004" + header + "80220001")},
      {"PRIORITY of two bytes", from_hex("00010010" + header + "00240002 00000000" + fingerprint)},
      {"USE-CANDIDATE with a value",
       from_hex("00010010" + header + "00250004 00000000" + fingerprint)},
      {"ICE-CONTROLLING of four bytes",
       from_hex("00010010" + header + "802a0004 00000000" + fingerprint)},
      {"MESSAGE-INTEGRITY of four bytes",
       from_hex("00010010" + header + "00080004 00000000" + fingerprint)},
  };
  cases[0].bytes.push_back(0);
  for (const Case& c : cases) {
    CAPTURE(c.what);
    CHECK_FALSE(read_stun_layout(c.bytes));
    CHECK_FALSE(stun_local_ufrag(c.bytes));
  }
  Bytes large = from_hex("000104f0" + header + "802204e4");
  large.resize(large.size() + 0x4e4);
  const Bytes end = from_hex(fingerprint);
  large.insert(large.end(), end.begin(), end.end());
  CHECK(large.size() == kMaxStunMessageSize + 4);
  CHECK_FALSE(read_stun_layout(large));
}

TEST_CASE("stun_local_ufrag gives the part of USERNAME in front of the colon") {
  CHECK(stun_local_ufrag(encode(check_by("abcd:efgh", "p"))) == "abcd");
  CHECK(stun_local_ufrag(encode(check_by("abcd:", "p"))) == "abcd");
  CHECK(stun_local_ufrag(encode(check_by("ab:cd:ef", "p"))) == "ab");
  CHECK_FALSE(stun_local_ufrag(encode(check_by("abcd", "p"))));
  CHECK_FALSE(stun_local_ufrag(encode(check_by(":abcd", "p"))));
  CHECK_FALSE(stun_local_ufrag(encode(check_by("", "p"))));
  Bytes indication = encode(check_by("abcd:efgh", "p"));
  indication[1] = 0x11;
  CHECK_FALSE(stun_local_ufrag(indication));
}

TEST_CASE("a response to another transaction or by another password is none") {
  const Bytes request = encode(check_by("ours:theirs", "password"));
  const StunTransactionId transaction = stun_transaction_id(request);
  Bytes response(256);
  response.resize(write_binding_success(response, request, at(4000).address, "password"));
  const auto read = read_binding_response(response, transaction, "password");
  REQUIRE(read);
  CHECK(read->mapped == at(4000).address);
  CHECK_FALSE(read_binding_response(response, transaction, "Password"));
  CHECK_FALSE(read_binding_response(response, StunTransactionId{}, "password"));
}
