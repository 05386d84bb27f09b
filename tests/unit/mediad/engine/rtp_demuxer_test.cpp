#include "mediad/engine/rtp_demuxer.h"

#include <doctest/doctest.h>

#include <string_view>
#include <vector>

#include "mediad/rtp/rtp_header.h"

namespace halcyon::mediad {
namespace {

constexpr ExtensionIds kIds{.mid = 4, .rid = 10, .repaired_rid = 11};

/// A packet's bytes with their view.
struct Packet {
  std::vector<std::uint8_t> bytes;
  RtpPacketView view() const { return RtpPacketView::parse(bytes).value(); }
};

Packet packet(std::uint32_t ssrc, std::uint8_t payload_type, std::string_view mid = {},
              std::string_view rid = {}, std::string_view repaired_rid = {},
              std::size_t payload = 10) {
  std::vector<RtpExtension> extensions;
  const auto add = [&](std::uint8_t id, std::string_view text) {
    if (!text.empty())
      extensions.push_back({id, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}});
  };
  add(kIds.mid, mid);
  add(kIds.rid, rid);
  add(kIds.repaired_rid, repaired_rid);
  Packet p;
  p.bytes.resize(300);
  ByteWriter writer(p.bytes);
  write_rtp_packet(writer,
                   {.ssrc = Ssrc(ssrc), .payload_type = payload_type, .extensions = extensions},
                   std::vector<std::uint8_t>(payload, 1));
  p.bytes.resize(writer.size());
  return p;
}

Codec codec(std::uint8_t payload_type) {
  Codec c;
  c.payload_type = payload_type;
  return c;
}

struct Tracks {
  DeadlineQueue queue;
  RtpDemuxer demuxer;
  std::vector<std::unique_ptr<Publication>> all;

  Tracks() { demuxer.set_extensions(kIds); }
  Publication* add(std::string mid, std::string rid, std::vector<std::uint8_t> payload_types,
                   std::vector<std::uint32_t> ssrcs = {}) {
    PublicationConfig config{
        .id = TrackId(all.size() + 1), .mid = std::move(mid), .rid = std::move(rid)};
    for (const auto pt : payload_types) config.codecs.push_back(codec(pt));
    for (const auto ssrc : ssrcs) config.ssrcs.emplace_back(ssrc);
    all.push_back(std::make_unique<Publication>(std::move(config), queue));
    demuxer.add(*all.back());
    return all.back().get();
  }
};

TEST_CASE("a declared SSRC finds its track before anything else") {
  Tracks t;
  t.add("0", "", {96}, {});
  Publication* declared = t.add("1", "", {96}, {777});
  CHECK(t.demuxer.find(packet(777, 96, "0").view()) == declared);
  CHECK(t.demuxer.by_ssrc(Ssrc(777)) == declared);
}

TEST_CASE("simulcast encodings are told apart by mid and rid, and then known by SSRC") {
  Tracks t;
  Publication* high = t.add("1", "h", {96});
  Publication* low = t.add("1", "l", {96});
  CHECK(t.demuxer.find(packet(1, 96, "1", "h").view()) == high);
  CHECK(t.demuxer.find(packet(2, 96, "1", "l").view()) == low);
  CHECK(t.demuxer.find(packet(1, 96).view()) == high);
  CHECK(t.demuxer.find(packet(2, 96).view()) == low);
}

TEST_CASE("a second SSRC of an encoding, and a repair stream of it, belong to nothing") {
  Tracks t;
  Publication* high = t.add("1", "h", {96});
  CHECK(t.demuxer.find(packet(1, 96, "1", "h").view()) == high);
  CHECK(t.demuxer.find(packet(2, 96, "1", "h").view()) == nullptr);
  CHECK(t.demuxer.find(packet(3, 96, "1", "", "h").view()) == nullptr);
}

TEST_CASE("without extensions a payload type decides when only one silent track has it") {
  Tracks t;
  Publication* audio = t.add("0", "", {111});
  Publication* video = t.add("1", "", {96, 98});
  CHECK(t.demuxer.find(packet(5, 98).view()) == video);
  CHECK(t.demuxer.find(packet(6, 111).view()) == audio);
  CHECK(t.demuxer.find(packet(7, 96).view()) == nullptr);
}

TEST_CASE("a payload type that two silent tracks have decides nothing") {
  Tracks t;
  t.add("0", "", {96});
  t.add("1", "", {96});
  CHECK(t.demuxer.find(packet(5, 96).view()) == nullptr);
}

TEST_CASE("a mid that no track has is not overruled by the payload type") {
  Tracks t;
  t.add("0", "", {96});
  CHECK(t.demuxer.find(packet(5, 96, "9").view()) == nullptr);
}

TEST_CASE("an unknown SSRC is examined ten times and then given up, until tracks change") {
  Tracks t;
  t.add("0", "", {96});
  for (unsigned i = 0; i < kMaxPacketsOfUnknownSsrc; ++i)
    CHECK(t.demuxer.find(packet(5, 100).view()) == nullptr);
  CHECK(t.demuxer.find(packet(5, 96).view()) == nullptr);
  t.add("1", "", {100});
  CHECK(t.demuxer.find(packet(5, 100).view()) == t.all[1].get());
}

TEST_CASE("padding does not use up an unknown SSRC's chances") {
  Tracks t;
  Publication* track = t.add("0", "", {96});
  for (unsigned i = 0; i < 3 * kMaxPacketsOfUnknownSsrc; ++i) {
    CHECK(t.demuxer.find(packet(5, 100, "", "", "", 0).view()) == nullptr);
  }
  CHECK(t.demuxer.find(packet(5, 96).view()) == track);
}

TEST_CASE("more unknown SSRCs than the limit are not examined") {
  Tracks t;
  t.add("0", "", {96});
  for (std::uint32_t i = 0; i < kMaxUnknownSsrcs; ++i) t.demuxer.find(packet(1000 + i, 100).view());
  CHECK(t.demuxer.find(packet(5, 96).view()) == nullptr);
}

TEST_CASE("a removed track's SSRC is free again") {
  Tracks t;
  Publication* first = t.add("0", "", {96}, {777});
  CHECK(t.demuxer.find(packet(777, 96).view()) == first);
  t.demuxer.remove(*first);
  CHECK(t.demuxer.by_ssrc(Ssrc(777)) == nullptr);
  CHECK(t.demuxer.find(packet(777, 96).view()) == nullptr);
}

}  // namespace
}  // namespace halcyon::mediad
