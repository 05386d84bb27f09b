#include <doctest/doctest.h>

#include "tests/unit/mediad/ice/stun_messages.h"

using namespace halcyon;
using namespace halcyon::mediad;
using namespace halcyon::mediad::stun_messages;

namespace {

const IceCredentials kLocal{"ours", "ourPasswordOf22Letters"};
const IceCredentials kNewLocal{"newer", "aPasswordOf22+Letters."};

Timestamp after(double seconds) {
  return Timestamp::from_us(static_cast<std::int64_t>(seconds * 1e6));
}

Bytes check_with(const IceCredentials& credentials, bool nominate) {
  BindingRequest request = check_by(credentials.ufrag + ":theirs", credentials.pwd);
  request.use_candidate = nominate;
  return encode(request);
}

/// The error code in the session's answer, which must be an authentic one when `password` is given.
int error_code(const IceLiteSession& session, std::string_view password = {}) {
  const auto layout = read_stun_layout(session.error_response());
  if (!layout || layout->type != kStunBindingError) return 0;
  if (!password.empty()) {
    const auto response = read_binding_response(
        session.error_response(), stun_transaction_id(session.error_response()), password);
    return response ? response->error_code : 0;
  }
  // ERROR-CODE is the first attribute: class and number are its bytes 2 and 3.
  const auto bytes = session.error_response();
  return bytes[26] * 100 + bytes[27];
}

}  // namespace

TEST_CASE("a check is answered with the address it came from, and selects nothing") {
  IceLiteSession session(kLocal, after(0));
  session.set_remote_ufrag("theirs");
  const Bytes request = check_with(kLocal, false);
  const auto outcome = session.handle_datagram(request, at(4000), after(1));
  REQUIRE(outcome);
  CHECK_FALSE(outcome->selection_changed);
  CHECK_FALSE(session.selected());
  CHECK(session.state() == IceState::kNew);
  CHECK(session.error_response().empty());
  const auto response =
      read_binding_response(outcome->response, stun_transaction_id(request), kLocal.pwd);
  REQUIRE(response);
  CHECK(response->error_code == 0);
  CHECK(response->mapped == at(4000).address);
}

TEST_CASE("an IPv6 address comes back whole") {
  IceLiteSession session(kLocal, after(0));
  const TransportAddress from{SocketAddress::parse("2001:db8::7", 9).value(), 0};
  const Bytes request = check_with(kLocal, false);
  const auto outcome = session.handle_datagram(request, from, after(1));
  REQUIRE(outcome);
  const auto response =
      read_binding_response(outcome->response, stun_transaction_id(request), kLocal.pwd);
  REQUIRE(response);
  CHECK(response->mapped == from.address);
}

TEST_CASE("the newest nomination is the selected pair") {
  IceLiteSession session(kLocal, after(0));
  CHECK(session.handle_datagram(check_with(kLocal, true), at(4000), after(1))->selection_changed);
  CHECK(session.selected() == at(4000));
  CHECK(session.state() == IceState::kConnected);
  CHECK_FALSE(
      session.handle_datagram(check_with(kLocal, true), at(4000), after(1))->selection_changed);
  CHECK_FALSE(
      session.handle_datagram(check_with(kLocal, false), at(4001), after(1))->selection_changed);
  CHECK(session.selected() == at(4000));
  CHECK(session.handle_datagram(check_with(kLocal, true), at(4001), after(1))->selection_changed);
  CHECK(session.selected() == at(4001));
  TransportAddress over_tcp = at(4001);
  over_tcp.tcp_connection = 3;
  CHECK(session.handle_datagram(check_with(kLocal, true), over_tcp, after(1))->selection_changed);
  CHECK(session.selected() == over_tcp);
}

TEST_CASE("wrong credentials are answered with 401 and change nothing") {
  IceLiteSession session(kLocal, after(0));
  session.set_remote_ufrag("theirs");
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {"ours:theirs", "not our password"}, {"ours:others", kLocal.pwd}, {"our:theirs", kLocal.pwd},
      {"ourss:theirs", kLocal.pwd},        {"ours", kLocal.pwd},        {"", kLocal.pwd},
  };
  for (const auto& [username, password] : wrong) {
    CAPTURE(username);
    BindingRequest request = check_by(username, password);
    request.use_candidate = true;
    const auto outcome = session.handle_datagram(encode(request), at(4000), after(1));
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error() == StunError::kUnauthorised);
    CHECK(error_code(session) == 401);
    CHECK_FALSE(session.selected());
  }
  // The next good check leaves no error behind.
  CHECK(session.handle_datagram(check_with(kLocal, false), at(4000), after(1)));
  CHECK(session.error_response().empty());
}

TEST_CASE("requests a lite agent cannot serve are answered with the error that says why") {
  IceLiteSession session(kLocal, after(0));
  const auto code_for = [&](const BindingRequest& request) {
    const auto outcome = session.handle_datagram(encode(request), at(4000), after(1));
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error() == StunError::kBadRequest);
    CHECK_FALSE(session.selected());
    return error_code(session, kLocal.pwd);
  };
  BindingRequest good = check_by("ours:theirs", kLocal.pwd);
  good.use_candidate = true;

  BindingRequest controlled = good;
  controlled.controlling = false;
  CHECK(code_for(controlled) == 487);
  BindingRequest both = good;
  both.extra.push_back({0x8029, Bytes(8)});
  CHECK(code_for(both) == 400);
  BindingRequest no_priority = good;
  no_priority.priority.reset();
  CHECK(code_for(no_priority) == 400);
  BindingRequest unknown = good;
  unknown.extra.push_back({0x7001, Bytes(3)});
  CHECK(code_for(unknown) == 420);
  BindingRequest many_unknown = good;
  for (std::uint16_t i = 0; i < 200; ++i) {
    many_unknown.extra.push_back({static_cast<std::uint16_t>(0x7001 + i), {}});
  }
  CHECK(code_for(many_unknown) == 400);

  BindingRequest optional = good;
  optional.extra.push_back({0xc057, Bytes(4)});  // GOOG-NETWORK-INFO
  CHECK(session.handle_datagram(encode(optional), at(4000), after(1)));
  CHECK(session.selected() == at(4000));
}

TEST_CASE("a 420 lists the attributes unknown") {
  IceLiteSession session(kLocal, after(0));
  BindingRequest request = check_by("ours:theirs", kLocal.pwd);
  request.extra.push_back({0x7001, Bytes(3)});
  CHECK_FALSE(session.handle_datagram(encode(request), at(4000), after(1)));
  const std::string text = hex_encode(session.error_response());
  CHECK(text.find("000a00027001") != std::string::npos);
}

TEST_CASE("a request without USERNAME or MESSAGE-INTEGRITY is answered with 400") {
  IceLiteSession session(kLocal, after(0));
  BindingRequest request = check_by("ours:theirs", "");  // no password, no MESSAGE-INTEGRITY
  auto outcome = session.handle_datagram(encode(request), at(4000), after(1));
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error() == StunError::kBadRequest);
  CHECK(error_code(session) == 400);

  Bytes anonymous = from_hex("00010008 2112a442 0102030405060708090a0b0c 80280004 00000000");
  seal(anonymous);
  outcome = session.handle_datagram(anonymous, at(4000), after(1));
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error() == StunError::kBadRequest);
  CHECK(error_code(session) == 400);
}

TEST_CASE("what asks nothing or is no STUN is dropped without an answer") {
  IceLiteSession session(kLocal, after(0));
  const auto error_for = [&](const Bytes& bytes) {
    const auto outcome = session.handle_datagram(bytes, at(4000), after(1));
    REQUIRE_FALSE(outcome);
    CHECK(session.error_response().empty());
    return outcome.error();
  };
  Bytes indication = check_with(kLocal, true);
  indication[1] = 0x11;
  seal(indication);
  CHECK(error_for(indication) == StunError::kNotARequest);
  Bytes success = check_with(kLocal, true);
  success[0] = 0x01;
  seal(success);
  CHECK(error_for(success) == StunError::kNotARequest);
  Bytes allocate = check_with(kLocal, true);
  allocate[1] = 0x03;
  seal(allocate);
  CHECK(error_for(allocate) == StunError::kNotARequest);
  Bytes bad_crc = check_with(kLocal, true);
  bad_crc.back() ^= 1;
  CHECK(error_for(bad_crc) == StunError::kNotStun);
  CHECK(error_for({}) == StunError::kNotStun);
  CHECK(error_for({0, 1, 2}) == StunError::kNotStun);
}

TEST_CASE("USE-CANDIDATE behind MESSAGE-INTEGRITY does not nominate") {
  IceLiteSession session(kLocal, after(0));
  Bytes request = check_with(kLocal, false);
  const Bytes use_candidate = from_hex("00250000");
  request.insert(request.end() - 8, use_candidate.begin(), use_candidate.end());
  seal(request);
  const auto outcome = session.handle_datagram(request, at(4000), after(1));
  CHECK(outcome);
  CHECK_FALSE(session.selected());
}

TEST_CASE("after a restart the old credentials serve until a check with the new ones") {
  IceLiteSession session(kLocal, after(0));
  session.set_remote_ufrag("theirs");
  REQUIRE(session.handle_datagram(check_with(kLocal, true), at(4000), after(1)));
  session.restart(kNewLocal, after(2));
  CHECK(session.local().ufrag == "newer");
  REQUIRE(session.previous_local());
  CHECK(session.selected() == at(4000));
  CHECK(session.state() == IceState::kConnected);

  const auto old = session.handle_datagram(check_with(kLocal, false), at(4000), after(3));
  REQUIRE(old);
  CHECK(read_binding_response(old->response, stun_transaction_id(old->response), kLocal.pwd));
  CHECK(session.previous_local());
  // A refused check with the new ufrag proves nothing.
  CHECK_FALSE(session.handle_datagram(encode(check_by("newer:x", kLocal.pwd)), at(4000), after(3)));
  CHECK(session.previous_local());

  const auto renewed = session.handle_datagram(check_with(kNewLocal, true), at(4001), after(4));
  REQUIRE(renewed);
  CHECK(renewed->selection_changed);
  CHECK(session.selected() == at(4001));
  CHECK_FALSE(session.previous_local());
  CHECK_FALSE(session.handle_datagram(check_with(kLocal, true), at(4000), after(5)));
  CHECK(session.selected() == at(4001));
}

TEST_CASE("a second restart in a row keeps the credentials that are in use") {
  IceLiteSession session(kLocal, after(0));
  REQUIRE(session.handle_datagram(check_with(kLocal, true), at(4000), after(1)));
  session.restart(kNewLocal, after(2));
  session.restart({"third", "third password, never used"}, after(3));
  CHECK(session.handle_datagram(check_with(kLocal, false), at(4000), after(4)));
  CHECK_FALSE(session.handle_datagram(check_with(kNewLocal, false), at(4000), after(4)));
}

TEST_CASE("consent lapses in two steps and a check renews it") {
  IceLiteSession session(kLocal, after(0));
  REQUIRE(session.handle_datagram(check_with(kLocal, true), at(4000), after(1)));
  CHECK(session.next_deadline() == after(11));
  session.handle_timeout(after(10.9));
  CHECK(session.state() == IceState::kConnected);
  session.handle_timeout(after(11));
  CHECK(session.state() == IceState::kDisconnected);
  CHECK(session.selected() == at(4000));
  CHECK(session.next_deadline() == after(31));
  REQUIRE(session.handle_datagram(check_with(kLocal, false), at(4000), after(20)));
  CHECK(session.state() == IceState::kConnected);
  // A check on another pair is no consent for this one.
  REQUIRE(session.handle_datagram(check_with(kLocal, false), at(4001), after(29)));
  session.handle_timeout(after(30));
  CHECK(session.state() == IceState::kDisconnected);
  session.handle_timeout(after(49.9));
  CHECK(session.state() == IceState::kDisconnected);
  session.handle_timeout(after(50));
  CHECK(session.state() == IceState::kFailed);
  CHECK_FALSE(session.selected());
  CHECK(session.next_deadline().is_never());
}

TEST_CASE("thirty seconds in one call end the consent") {
  IceLiteSession session(kLocal, after(0));
  REQUIRE(session.handle_datagram(check_with(kLocal, true), at(4000), after(1)));
  session.handle_timeout(after(31));
  CHECK(session.state() == IceState::kFailed);
  // A nomination revives the session.
  const auto outcome = session.handle_datagram(check_with(kLocal, true), at(4000), after(32));
  REQUIRE(outcome);
  CHECK(outcome->selection_changed);
  CHECK(session.state() == IceState::kConnected);
}

TEST_CASE(
    "a session that nobody nominates fails after thirty seconds, a restart gives thirty more") {
  IceLiteSession session(kLocal, after(0));
  CHECK(session.next_deadline() == after(30));
  REQUIRE(session.handle_datagram(check_with(kLocal, false), at(4000), after(29)));
  session.handle_timeout(after(29.9));
  CHECK(session.state() == IceState::kNew);
  session.handle_timeout(after(30));
  CHECK(session.state() == IceState::kFailed);
  session.restart(kNewLocal, after(40));
  CHECK(session.state() == IceState::kNew);
  CHECK(session.next_deadline() == after(70));
}

TEST_CASE("a peer that believes itself controlled gets a role conflict") {
  IceLiteSession session({"evtj", kRfc5769Password}, after(0));
  session.set_remote_ufrag("h6vY");
  const auto outcome = session.handle_datagram(rfc5769_request(), at(4000), after(0));
  REQUIRE_FALSE(outcome);
  CHECK(error_code(session, kRfc5769Password) == 487);
}
