#include <doctest/doctest.h>

#include <limits>
#include <string>
#include <vector>

#include "mediad/rtcp/compound.h"

using namespace halcyon;
using namespace halcyon::mediad;
using Bytes = std::vector<std::uint8_t>;

namespace {

struct Buffer {
  Bytes memory = Bytes(2000);
  ByteWriter writer{memory};
  Bytes bytes() { return {writer.written().begin(), writer.written().end()}; }
};

template <class Packet>
Packet only(std::span<const std::uint8_t> bytes) {
  RtcpCompoundReader reader(bytes);
  const auto packet = reader.next();
  REQUIRE(packet);
  const auto* typed = std::get_if<Packet>(&*packet);
  REQUIRE(typed != nullptr);
  CHECK_FALSE(reader.next());
  CHECK(reader.malformed() == 0);
  CHECK(reader.unknown() == 0);
  return *typed;
}

std::vector<std::uint16_t> lost(const Nack& nack) {
  std::vector<std::uint16_t> numbers;
  nack.for_each_lost([&](std::uint16_t n) { numbers.push_back(n); });
  return numbers;
}

ReportBlock sample_block() {
  ReportBlock block;
  block.ssrc = Ssrc{0xcafe};
  block.fraction_lost = 64;
  block.cumulative_lost = -5;
  block.extended_highest_sequence = 0x00021234;
  block.jitter = 77;
  block.last_sr = 0x11223344;
  block.delay_since_last_sr = 0x8000;
  return block;
}

void check_same(const ReportBlock& a, const ReportBlock& b) {
  CHECK(a.ssrc == b.ssrc);
  CHECK(a.fraction_lost == b.fraction_lost);
  CHECK(a.cumulative_lost == b.cumulative_lost);
  CHECK(a.extended_highest_sequence == b.extended_highest_sequence);
  CHECK(a.jitter == b.jitter);
  CHECK(a.last_sr == b.last_sr);
  CHECK(a.delay_since_last_sr == b.delay_since_last_sr);
}

// SR and SDES as a browser sends them, CNAME "abc".
const Bytes kCompound{0x80, 0xc8, 0x00, 0x06, 0x12, 0x34, 0x56, 0x78, 0xe8, 0x01, 0x02,
                      0x03, 0x80, 0x00, 0x00, 0x00, 0x00, 0x01, 0x5f, 0x90, 0x00, 0x00,
                      0x00, 0x0a, 0x00, 0x00, 0x04, 0xb0, 0x81, 0xca, 0x00, 0x03, 0x12,
                      0x34, 0x56, 0x78, 0x01, 0x03, 'a',  'b',  'c',  0x00, 0x00, 0x00};

}  // namespace

TEST_CASE("a browser's SR and SDES are read") {
  RtcpCompoundReader reader(kCompound);
  auto packet = reader.next();
  REQUIRE(packet);
  const auto* sr = std::get_if<SenderReport>(&*packet);
  REQUIRE(sr != nullptr);
  CHECK(sr->info.ssrc == Ssrc{0x12345678});
  CHECK(sr->info.ntp == 0xe801020380000000);
  CHECK(sr->info.rtp_timestamp == 90000);
  CHECK(sr->info.packet_count == 10);
  CHECK(sr->info.octet_count == 1200);
  CHECK(sr->blocks.empty());
  packet = reader.next();
  REQUIRE(packet);
  const auto* sdes = std::get_if<Sdes>(&*packet);
  REQUIRE(sdes != nullptr);
  CHECK(sdes->cname_of(Ssrc{0x12345678}) == "abc");
  CHECK_FALSE(sdes->cname_of(Ssrc{1}));
  CHECK_FALSE(reader.next());
}

TEST_CASE("writers produce the browser's bytes") {
  Buffer b;
  SenderInfo info{Ssrc{0x12345678}, 0xe801020380000000, 90000, 10, 1200};
  CHECK(write_sender_report(b.writer, info));
  CHECK(write_sdes_cname(b.writer, Ssrc{0x12345678}, "abc"));
  CHECK(b.bytes() == kCompound);
}

TEST_CASE("reports carry blocks") {
  const std::vector<ReportBlock> blocks(31, sample_block());
  Buffer rr;
  REQUIRE(write_receiver_report(rr.writer, Ssrc{1}, blocks));
  const Bytes rr_bytes = rr.bytes();
  const auto report = only<ReceiverReport>(rr_bytes);
  CHECK(report.sender == Ssrc{1});
  REQUIRE(report.blocks.size() == 31);
  std::size_t seen = 0;
  for (const ReportBlock block : report.blocks) {
    check_same(block, sample_block());
    ++seen;
  }
  CHECK(seen == 31);
  Buffer sr;
  REQUIRE(write_sender_report(sr.writer, SenderInfo{Ssrc{9}}, std::span(blocks).first(2)));
  const Bytes sr_bytes = sr.bytes();
  CHECK(only<SenderReport>(sr_bytes).blocks.size() == 2);
}

TEST_CASE("cumulative loss is limited to 24 bits") {
  ReportBlock block;
  block.cumulative_lost = 0x1000000;
  Buffer b;
  REQUIRE(write_receiver_report(b.writer, Ssrc{1}, std::span(&block, 1)));
  const Bytes bytes = b.bytes();
  CHECK(only<ReceiverReport>(bytes).blocks[0].cumulative_lost == 0x7fffff);
}

TEST_CASE("a NACK is read item by item") {
  const Bytes bytes{0x81, 0xcd, 0x00, 0x03, 0, 0, 0, 1, 0, 0, 0, 2, 0xff, 0xfe, 0x80, 0x05};
  const auto nack = only<Nack>(bytes);
  CHECK(nack.sender == Ssrc{1});
  CHECK(nack.media == Ssrc{2});
  CHECK(lost(nack) == std::vector<std::uint16_t>{65534, 65535, 1, 14});
}

TEST_CASE("NACKs are packed and unpacked, across the wrap") {
  const std::vector<std::uint16_t> numbers{65530, 65531, 65535, 10, 11, 27, 28, 1000};
  Buffer b;
  CHECK(write_nack(b.writer, Ssrc{1}, Ssrc{2}, numbers) == numbers.size());
  const Bytes bytes = b.bytes();
  const auto nack = only<Nack>(bytes);
  CHECK(nack.items.size() == 4);  // 65530 reaches to 10, 11 to 27, then 28 and 1000
  CHECK(lost(nack) == numbers);
}

TEST_CASE("a long list of NACKs takes several packets") {
  std::vector<std::uint16_t> numbers;
  for (unsigned i = 0; i < 300; ++i) numbers.push_back(static_cast<std::uint16_t>(i * 100));
  Buffer first;
  CHECK(write_nack(first.writer, Ssrc{}, Ssrc{2}, numbers) == kMaxNackItems);
  CHECK(first.writer.size() == 12 + 4 * kMaxNackItems);
  Buffer second;
  CHECK(write_nack(second.writer, Ssrc{}, Ssrc{2}, std::span(numbers).subspan(kMaxNackItems)) ==
        60);
  Bytes tiny(14);
  ByteWriter w(tiny);
  CHECK(write_nack(w, Ssrc{}, Ssrc{2}, numbers) == 0);
  CHECK_FALSE(w.ok());
  Buffer none;
  CHECK(write_nack(none.writer, Ssrc{}, Ssrc{2}, {}) == 0);
  CHECK(none.writer.size() == 0);
}

TEST_CASE("PLI, FIR and BYE go round") {
  Buffer pli;
  REQUIRE(write_pli(pli.writer, Ssrc{0}, Ssrc{0x1234}));
  const Bytes pli_bytes = pli.bytes();
  CHECK(pli_bytes == Bytes{0x81, 0xce, 0x00, 0x02, 0, 0, 0, 0, 0, 0, 0x12, 0x34});
  CHECK(only<Pli>(pli_bytes).media == Ssrc{0x1234});
  Buffer fir;
  REQUIRE(write_fir(fir.writer, Ssrc{5}, {Ssrc{6}, 0}));
  const Bytes fir_bytes = fir.bytes();
  const auto f = only<Fir>(fir_bytes);
  REQUIRE(f.entries.size() == 1);
  CHECK(f.entries[0].ssrc == Ssrc{6});
  CHECK(f.entries[0].sequence_number == 0);
  Buffer bye;
  const std::vector<Ssrc> gone{Ssrc{1}, Ssrc{2}};
  REQUIRE(write_bye(bye.writer, gone));
  const Bytes bye_bytes = bye.bytes();
  const auto b = only<Bye>(bye_bytes);
  REQUIRE(b.ssrcs.size() == 2);
  CHECK(b.ssrcs[1] == Ssrc{2});
}

TEST_CASE("REMB keeps 18 bits of the rate") {
  const std::vector<Ssrc> ssrcs{Ssrc{11}, Ssrc{12}, Ssrc{13}};
  for (const std::uint64_t rate :
       {std::uint64_t{0}, std::uint64_t{204800}, std::uint64_t{262143}, std::uint64_t{1} << 30}) {
    Buffer b;
    REQUIRE(write_remb(b.writer, Ssrc{0}, rate, ssrcs));
    const Bytes bytes = b.bytes();
    const auto remb = only<Remb>(bytes);
    CHECK(remb.bitrate == rate);
    REQUIRE(remb.ssrcs.size() == 3);
    CHECK(remb.ssrcs[2] == Ssrc{13});
  }
  Buffer b;
  REQUIRE(write_remb(b.writer, Ssrc{0}, 1234567, {}));
  const Bytes bytes = b.bytes();
  CHECK(only<Remb>(bytes).bitrate == 1234567 / 8 * 8);
}

TEST_CASE("a REMB that no number can hold is the largest number") {
  Bytes bytes{0x8f, 0xce, 0x00, 0x04, 0,   0,   0, 0,    0,    0,
              0,    0,    'R',  'E',  'M', 'B', 0, 0xff, 0xff, 0xff};
  CHECK(only<Remb>(bytes).bitrate == std::numeric_limits<std::uint64_t>::max());
  bytes[17] = 0xb8 | 0x03;  // exponent 46: just fits
  CHECK(only<Remb>(bytes).bitrate == 0x3ffffull << 46);
}

TEST_CASE("SDES has several chunks and items, and long names are cut") {
  const Bytes bytes{0x82, 0xca, 0x00, 0x06, 0, 0, 0, 1, 2,   1,   'n', 1, 1, 'x',
                    0,    0,    0,    0,    0, 2, 1, 2, 'y', 'z', 0,   0, 0, 0};
  const auto sdes = only<Sdes>(bytes);
  CHECK(sdes.cname_of(Ssrc{1}) == "x");
  CHECK(sdes.cname_of(Ssrc{2}) == "yz");
  Buffer b;
  REQUIRE(write_sdes_cname(b.writer, Ssrc{3}, std::string(300, 'c')));
  const Bytes long_bytes = b.bytes();
  CHECK(only<Sdes>(long_bytes).cname_of(Ssrc{3}) == std::string(255, 'c'));
  Buffer empty;
  REQUIRE(write_sdes_cname(empty.writer, Ssrc{3}, ""));
  const Bytes empty_bytes = empty.bytes();
  CHECK(only<Sdes>(empty_bytes).cname_of(Ssrc{3}) == "");
}

TEST_CASE("unknown and transport-wide packets are skipped and counted") {
  Bytes bytes{0x80, 0xcc, 0x00, 0x02, 0, 0, 0, 1, 't', 'e', 's', 't'};  // APP
  const Bytes twcc{0x8f, 0xcd, 0x00, 0x04, 0, 0, 0, 1, 0, 0, 0, 2, 0, 1, 0, 1, 0, 0, 0, 0};
  const Bytes pli{0x81, 0xce, 0x00, 0x02, 0, 0, 0, 1, 0, 0, 0, 2};
  const Bytes xr{0x80, 0xcf, 0x00, 0x01, 0, 0, 0, 1};
  for (const Bytes& more : {twcc, pli, xr}) bytes.insert(bytes.end(), more.begin(), more.end());
  RtcpCompoundReader reader(bytes);
  const auto packet = reader.next();
  REQUIRE(packet);
  CHECK(std::holds_alternative<Pli>(*packet));
  CHECK_FALSE(reader.next());
  CHECK(reader.unknown() == 2);
  CHECK(reader.transport_wide() == 1);
  CHECK(reader.malformed() == 0);
}

TEST_CASE("padding is taken off the last packet") {
  const Bytes bytes{0xa1, 0xcd, 0x00, 0x04, 0, 0, 0, 1, 0, 0, 0, 2, 0, 9, 0, 0, 0, 0, 0, 4};
  CHECK(lost(only<Nack>(bytes)) == std::vector<std::uint16_t>{9});
}

TEST_CASE("malformed packets are counted and the rest is read") {
  struct Case {
    const char* name;
    Bytes bytes;
    bool rest_is_read;
  };
  const Case cases[] = {
      {"SR too short", {0x80, 0xc8, 0x00, 0x01, 0, 0, 0, 1}, true},
      {"SR without its block",
       {0x81, 0xc8, 0, 6, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
       true},
      {"RR without SSRC", {0x80, 0xc9, 0x00, 0x00}, true},
      {"RR without its block", {0x81, 0xc9, 0x00, 0x01, 0, 0, 0, 1}, true},
      {"SDES chunk without end", {0x81, 0xca, 0x00, 0x02, 0, 0, 0, 1, 1, 2, 'a', 'b'}, true},
      {"SDES item too long", {0x81, 0xca, 0x00, 0x02, 0, 0, 0, 1, 1, 200, 'a', 0}, true},
      {"SDES chunk missing", {0x81, 0xca, 0x00, 0x00}, true},
      {"BYE too short", {0x82, 0xcb, 0x00, 0x01, 0, 0, 0, 1}, true},
      {"NACK without items", {0x81, 0xcd, 0x00, 0x02, 0, 0, 0, 1, 0, 0, 0, 2}, true},
      {"PLI too short", {0x81, 0xce, 0x00, 0x01, 0, 0, 0, 1}, true},
      {"FIR without entry", {0x84, 0xce, 0x00, 0x02, 0, 0, 0, 1, 0, 0, 0, 2}, true},
      {"REMB with another name",
       {0x8f, 0xce, 0x00, 0x04, 0, 0, 0, 1, 0, 0, 0, 0, 'R', 'E', 'M', 'A', 0, 0, 0, 1},
       true},
      {"REMB with missing SSRCs",
       {0x8f, 0xce, 0x00, 0x04, 0, 0, 0, 1, 0, 0, 0, 0, 'R', 'E', 'M', 'B', 1, 0, 0, 1},
       true},
      {"padding of 0", {0xa1, 0xcb, 0x00, 0x01, 0, 0, 0, 0}, false},
      {"padding too long", {0xa1, 0xcb, 0x00, 0x01, 0, 0, 0, 8}, false},
      {"padding odd", {0xa1, 0xcb, 0x00, 0x01, 0, 0, 0, 3}, false},
      {"version 1", {0x41, 0xcb, 0x00, 0x01, 0, 0, 0, 1}, false},
      {"length too large", {0x81, 0xcb, 0x00, 0x09, 0, 0, 0, 1}, false},
      {"three bytes", {0x81, 0xcb, 0x00}, false},
  };
  const Bytes pli{0x81, 0xce, 0x00, 0x02, 0, 0, 0, 1, 0, 0, 0, 2};
  for (const Case& c : cases) {
    Bytes bytes = c.bytes;
    if (c.rest_is_read) bytes.insert(bytes.end(), pli.begin(), pli.end());
    RtcpCompoundReader reader(bytes);
    const auto packet = reader.next();
    CHECK_MESSAGE(packet.has_value() == c.rest_is_read, c.name);
    CHECK_MESSAGE(reader.malformed() == 1, c.name);
  }
  RtcpCompoundReader empty({});
  CHECK_FALSE(empty.next());
  CHECK(empty.malformed() == 0);
}

TEST_CASE("a writer without room says so") {
  Bytes small(20);
  ByteWriter w(small);
  CHECK_FALSE(write_sender_report(w, SenderInfo{}));
  CHECK_FALSE(w.ok());
}
