#include "mediad/relay/relay_packet.h"

#include <doctest/doctest.h>

#include <vector>

#include "mediad/relay/relay_link.h"

namespace halcyon::mediad {
namespace {

using Bytes = std::vector<std::uint8_t>;

TEST_CASE("a relay header has its documented bytes") {
  Bytes bytes(kRelayHeaderSize, 0xff);
  write_relay_header({RelayId(0x0102030405060708), RelayKind::kRtcp, 9}, bytes);
  CHECK(bytes == Bytes{1, 2, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8});
}

TEST_CASE("a relay packet survives writing and parsing") {
  Bytes bytes = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80, 0x60, 0xaa};
  write_relay_header({RelayId(0xfedcba9876543210), RelayKind::kRtp, 255}, bytes);
  const auto packet = parse_relay_packet(bytes);
  REQUIRE(packet);
  CHECK(packet->header.id == RelayId(0xfedcba9876543210));
  CHECK(packet->header.kind == RelayKind::kRtp);
  CHECK(packet->header.track_index == 255);
  CHECK(Bytes(packet->payload.begin(), packet->payload.end()) == Bytes{0x80, 0x60, 0xaa});
}

TEST_CASE("malformed relay packets are refused") {
  struct Case {
    Bytes bytes;
    RelayError error;
  };
  const Case cases[] = {
      {{}, RelayError::kTooShort},
      {{1}, RelayError::kTooShort},
      {{1, 1, 0, 0, 1, 2, 3, 4, 5, 6, 7}, RelayError::kTooShort},
      {{2, 1, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8}, RelayError::kWrongVersion},
      {{0, 1, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8}, RelayError::kWrongVersion},
      {{1, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8}, RelayError::kUnknownKind},
      {{1, 3, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8}, RelayError::kUnknownKind},
  };
  for (Case c : cases) {
    const auto packet = parse_relay_packet(c.bytes);
    REQUIRE_FALSE(packet);
    CHECK(packet.error() == c.error);
  }
}

TEST_CASE("a relay link knows its tracks by index and by id, and its peer by address and port") {
  const auto peer = *SocketAddress::parse("127.0.0.1", 6000);
  RelayLink link(RelayId(1), RelayEnd::kSource, peer);
  link.set_tracks({{3, TrackId(30)}, {4, TrackId(40)}});
  CHECK(link.track_at(4) == TrackId(40));
  CHECK_FALSE(link.track_at(5).has_value());
  CHECK(link.index_of(TrackId(30)) == std::uint8_t{3});
  CHECK_FALSE(link.index_of(TrackId(31)).has_value());
  CHECK(link.comes_from_peer(peer));
  CHECK_FALSE(link.comes_from_peer(*SocketAddress::parse("127.0.0.1", 6001)));
  CHECK_FALSE(link.comes_from_peer(*SocketAddress::parse("127.0.0.2", 6000)));
}

}  // namespace
}  // namespace halcyon::mediad
