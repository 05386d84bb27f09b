#include "mediad/rtp/rtp_packet.h"

#include <doctest/doctest.h>

#include <array>
#include <vector>

#include "common/bytes/byte_writer.h"
#include "mediad/rtp/bare_copy.h"
#include "mediad/rtp/rtp_header.h"

using namespace halcyon;
using namespace halcyon::mediad;
using Bytes = std::vector<std::uint8_t>;

namespace {

Bytes write(const RtpHeader& header, std::span<const std::uint8_t> payload,
            std::uint8_t padding = 0) {
  Bytes bytes(kMaxRtpPacket);
  ByteWriter w(bytes);
  REQUIRE(write_rtp_packet(w, header, payload, padding));
  bytes.resize(w.size());
  return bytes;
}

bool same(std::span<const std::uint8_t> a, const Bytes& b) {
  return Bytes(a.begin(), a.end()) == b;
}

// A VP8 packet as Chrome sends it: marker, one-byte extensions for abs-send-time (id 2) and mid (id
// 4, "1").
const Bytes kFromChrome{0x90, 0xe0, 0x5d, 0x2a, 0x8f, 0x1c, 0x44, 0x10, 0xde, 0xad,
                        0xbe, 0xef, 0xbe, 0xde, 0x00, 0x02, 0x22, 0x12, 0x34, 0x56,
                        0x40, 0x31, 0x00, 0x00, 0x90, 0x80, 0x81, 0x02, 0x11};

}  // namespace

TEST_CASE("a packet as browsers send it is read") {
  const auto packet = RtpPacketView::parse(kFromChrome);
  REQUIRE(packet);
  CHECK(packet->marker());
  CHECK(packet->payload_type() == 96);
  CHECK(packet->sequence_number() == 0x5d2a);
  CHECK(packet->timestamp() == 0x8f1c4410);
  CHECK(packet->ssrc() == Ssrc{0xdeadbeef});
  CHECK(packet->header_size() == 24);
  CHECK(packet->padding_size() == 0);
  CHECK(same(packet->payload(), {0x90, 0x80, 0x81, 0x02, 0x11}));
  CHECK(same(packet->extension(2), {0x12, 0x34, 0x56}));
  CHECK(same(packet->extension(4), {0x31}));
  CHECK(packet->extension(1).empty());
  CHECK(packet->extension(0).empty());
}

TEST_CASE("what is written is read back, with CSRCs, extensions and padding") {
  const std::array<Ssrc, 2> csrcs{Ssrc{7}, Ssrc{8}};
  const Bytes mid{'a', 'u'};
  const Bytes level{0x85};
  const std::array<RtpExtension, 2> extensions{RtpExtension{3, mid}, RtpExtension{14, level}};
  RtpHeader header;
  header.ssrc = Ssrc{0x01020304};
  header.payload_type = 111;
  header.sequence_number = 65535;
  header.timestamp = 0xffffffff;
  header.csrcs = csrcs;
  header.extensions = extensions;
  const Bytes payload{1, 2, 3};
  const Bytes bytes = write(header, payload, 5);
  const auto packet = RtpPacketView::parse(bytes);
  REQUIRE(packet);
  CHECK_FALSE(packet->marker());
  CHECK(packet->payload_type() == 111);
  CHECK(packet->sequence_number() == 65535);
  CHECK(packet->timestamp() == 0xffffffff);
  CHECK(packet->padding_size() == 5);
  CHECK(same(packet->payload(), payload));
  CHECK(same(packet->extension(3), mid));
  CHECK(same(packet->extension(14), level));

  Bytes bare(bare_size(*packet));
  CHECK(copy_bare(*packet, bare) == bare.size());
  CHECK(bare.size() == 12 + 8 + 3);
  const auto copy = RtpPacketView::parse(bare);
  REQUIRE(copy);
  CHECK(copy->ssrc() == header.ssrc);
  CHECK(copy->header_size() == 20);
  CHECK(copy->padding_size() == 0);
  CHECK(same(copy->payload(), payload));
  CHECK(copy->extension(3).empty());
  Bytes small(bare.size() - 1);
  CHECK(copy_bare(*packet, small) == 0);
}

TEST_CASE("long contents and large ids use two-byte extensions") {
  const Bytes content(20, 0x55);
  const Bytes empty;
  const std::array<RtpExtension, 3> extensions{RtpExtension{1, content}, RtpExtension{200, content},
                                               RtpExtension{5, empty}};
  RtpHeader header;
  header.extensions = extensions;
  const Bytes bytes = write(header, Bytes{9});
  const auto packet = RtpPacketView::parse(bytes);
  REQUIRE(packet);
  CHECK(same(packet->extension(1), content));
  CHECK(same(packet->extension(200), content));
  CHECK(packet->extension(5).empty());
  CHECK(same(packet->payload(), {9}));
}

TEST_CASE("id 15 ends the one-byte extensions and padding bytes are skipped") {
  const Bytes bytes{0x90, 0x60, 0,    1,    0,    0,    0,    0,   0, 0, 0, 1, 0xbe, 0xde, 0, 2,  //
                    0x00, 0x10, 0x77, 0x00, 0xf0, 0x00, 0x20, 0x88};
  const auto packet = RtpPacketView::parse(bytes);
  REQUIRE(packet);
  CHECK(same(packet->extension(1), {0x77}));
  CHECK(packet->extension(2).empty());
  CHECK(packet->extension(15).empty());
}

TEST_CASE("an extension element that lies about its length is absent") {
  Bytes bytes{0x90, 0x60, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0xbe, 0xde, 0, 1, 0x1f, 1, 2, 3};
  auto packet = RtpPacketView::parse(bytes);
  REQUIRE(packet);
  CHECK(packet->extension(1).empty());
  bytes[12] = 0x10;  // two-byte form
  bytes[13] = 0x00;
  bytes[16] = 1;
  bytes[17] = 200;
  packet = RtpPacketView::parse(bytes);
  REQUIRE(packet);
  CHECK(packet->extension(1).empty());
  bytes[12] = 0x77;  // some other profile
  packet = RtpPacketView::parse(bytes);
  REQUIRE(packet);
  CHECK(packet->extension(1).empty());
}

TEST_CASE("malformed packets are refused") {
  struct Case {
    const char* name;
    Bytes bytes;
    RtpError expected;
  };
  Bytes fixed{0x80, 0x60, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1};
  const auto with = [&](std::uint8_t first, Bytes rest) {
    Bytes bytes = fixed;
    bytes[0] = first;
    bytes.insert(bytes.end(), rest.begin(), rest.end());
    return bytes;
  };
  const Case cases[] = {
      {"empty", {}, RtpError::kTooShort},
      {"eleven bytes", Bytes(fixed.begin(), fixed.end() - 1), RtpError::kTooShort},
      {"version 1", with(0x40, {}), RtpError::kWrongVersion},
      {"CSRC missing", with(0x81, {0, 0, 0}), RtpError::kTooShort},
      {"extension header cut", with(0x90, {0xbe, 0xde, 0}), RtpError::kBadExtension},
      {"extension too long", with(0x90, {0xbe, 0xde, 0, 2, 0, 0, 0, 0}), RtpError::kBadExtension},
      {"padding of nothing", with(0xa0, {}), RtpError::kBadPadding},
      {"padding of 0", with(0xa0, {1, 0}), RtpError::kBadPadding},
      {"padding over the header", with(0xa0, {1, 3}), RtpError::kBadPadding},
  };
  for (const Case& c : cases) {
    const auto packet = RtpPacketView::parse(c.bytes);
    REQUIRE_MESSAGE(!packet, c.name);
    CHECK_MESSAGE(packet.error() == c.expected, c.name);
  }
  const Bytes padding_only = with(0xa0, {0, 0, 3});
  const auto packet = RtpPacketView::parse(padding_only);
  REQUIRE(packet);
  CHECK(packet->payload().empty());
}

TEST_CASE("a packet that does not fit is not written") {
  Bytes small(20);
  ByteWriter w(small);
  CHECK_FALSE(write_rtp_packet(w, RtpHeader{}, Bytes(9)));
}

TEST_CASE("header fields are changed in place") {
  Bytes bytes = kFromChrome;
  set_rtp_payload_type(bytes, 45);
  set_rtp_sequence_number(bytes, 0x0102);
  set_rtp_ssrc(bytes, Ssrc{0x0a0b0c0d});
  set_rtp_marker(bytes, false);
  auto packet = RtpPacketView::parse(bytes);
  REQUIRE(packet);
  CHECK(packet->payload_type() == 45);
  CHECK(packet->sequence_number() == 0x0102);
  CHECK(packet->ssrc() == Ssrc{0x0a0b0c0d});
  CHECK_FALSE(packet->marker());
  CHECK(packet->timestamp() == 0x8f1c4410);
  set_rtp_marker(bytes, true);
  CHECK(RtpPacketView::parse(bytes)->marker());
  CHECK(RtpPacketView::parse(bytes)->payload_type() == 45);
}
