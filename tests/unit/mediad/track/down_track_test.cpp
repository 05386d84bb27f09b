#include "mediad/track/down_track.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "common/random/random.h"
#include "mediad/codec/vp8.h"
#include "mediad/rtcp/ntp.h"
#include "source_packets.h"

using namespace halcyon;
using namespace halcyon::mediad;
using namespace halcyon::mediad::testing;
using Bytes = std::vector<std::uint8_t>;

namespace {

constexpr std::uint64_t kBase = 65536 + 1000;
constexpr Ssrc kSsrc{0xabcdef01};
Timestamp at(std::int64_t ms) { return Timestamp::from_ms(90'000 + ms); }

std::uint64_t ntp(std::int64_t ms) {
  return ntp_from_wall_time(WallTime{1'700'000'000'000'000 + ms * 1000});
}

DownTrackConfig config(CodecType type = CodecType::kVp8) {
  DownTrackConfig c;
  c.ssrc = kSsrc;
  c.codec.type = type;
  c.codec.payload_type = 108;
  c.codec.clock_rate = 90000;
  return c;
}

struct Receiver {
  explicit Receiver(DownTrackConfig c = config(), std::uint16_t first = 500)
      : track(std::move(c), first, at(0)) {}

  /// The packet as sent; empty if it was left out.
  Bytes send(CachedPacket packet, std::int64_t ms = 0) {
    packet.layers = read_layer_info(track.config().codec.type, packet.payload());
    Bytes out(kMaxRtpPacket, 0xee);
    out.resize(track.rewrite(packet, at(ms), out));
    return out;
  }
  /// Reports that make the layer choice go down by a step.
  void report_congestion(std::int64_t ms) { track.handle_remb(20'000, at(ms)); }

  DownTrack track;
};

/// A publisher of three temporal layers: 0, 2, 1, 2, one packet a picture.
CachedPacket temporal_picture(std::uint64_t i, bool sync = true) {
  static constexpr std::uint8_t kPattern[] = {0, 2, 1, 2};
  Vp8Picture picture;
  picture.picture_id = static_cast<std::uint16_t>((32'000 + i) & 0x7fff);
  picture.temporal_layer = kPattern[i % 4];
  picture.keyframe = i == 0;
  picture.layer_sync = sync && picture.temporal_layer > 0;
  return cached(kBase + i, static_cast<std::uint32_t>(i * 3000), vp8_payload(picture, 1000), true);
}

std::int64_t time_of(std::uint64_t i) { return static_cast<std::int64_t>(i) * 33; }

RtpPacketView view(const Bytes& bytes) {
  const auto packet = RtpPacketView::parse(bytes);
  REQUIRE(packet);
  return *packet;
}

/// Plays the source until the receiver is down to its lowest temporal layer; returns the next
/// index.
std::uint64_t play_until_lowest(Receiver& r) {
  std::uint64_t i = 0;
  for (; r.track.statistics(at(time_of(i))).temporal_layer > 0 || i < 60; ++i) {
    r.send(temporal_picture(i), time_of(i));
    if (i > 60) r.report_congestion(time_of(i));
    REQUIRE(i < 1000);
  }
  return i;
}

}  // namespace

TEST_CASE("a packet gets the receiver's SSRC, payload type and number, and nothing else changes") {
  Receiver r(config(CodecType::kH264));
  const Bytes payload{0x65, 1, 2, 3};
  const CachedPacket source = cached(kBase, 1234, payload, true);
  const Bytes out = r.send(source);
  CHECK(out.size() == source.size);
  const RtpPacketView packet = view(out);
  CHECK(packet.ssrc() == kSsrc);
  CHECK(packet.payload_type() == 108);
  CHECK(packet.sequence_number() == 500);
  CHECK(packet.timestamp() == 1234);
  CHECK(packet.marker());
  CHECK(std::ranges::equal(packet.payload(), payload));
  CHECK(r.track.source_of(500) == kBase);
}

TEST_CASE("lost packets leave a gap that they fill when they come late") {
  Receiver r(config(CodecType::kOpus));
  const Bytes payload{1};
  r.send(cached(kBase, 0, payload));
  CHECK(view(r.send(cached(kBase + 3, 0, payload))).sequence_number() == 503);
  CHECK(view(r.send(cached(kBase + 2, 0, payload))).sequence_number() == 502);
  CHECK(r.track.source_of(501) == kBase + 1);
  CHECK(r.send(cached(kBase - 1, 0, payload)).empty());
}

TEST_CASE("padding-only packets and broken descriptors leave no gap") {
  Receiver r;
  r.send(temporal_picture(0));
  CHECK(r.send(cached(kBase + 1, 0, Bytes{})).empty());
  CHECK(r.send(cached(kBase + 2, 0, Bytes{0x80})).empty());
  CHECK(view(r.send(temporal_picture(3))).sequence_number() == 501);
}

TEST_CASE("left-out temporal layers leave no gap in sequence numbers and picture ids") {
  Receiver r;
  std::uint64_t i = play_until_lowest(r);
  while (i % 4 != 0) r.send(temporal_picture(i), time_of(i)), ++i;
  const Bytes first = r.send(temporal_picture(i), time_of(i));
  std::uint16_t number = view(first).sequence_number();
  std::uint16_t id = *parse_vp8_descriptor(view(first).payload())->picture_id;
  const std::uint64_t end = i + 4000;  // picture ids wrap on the way
  for (++i; i < end; ++i) {
    const Bytes out = r.send(temporal_picture(i), time_of(i));
    CHECK(out.empty() == (i % 4 != 0));
    if (out.empty()) continue;
    CHECK(view(out).sequence_number() == static_cast<std::uint16_t>(++number));
    const auto descriptor = parse_vp8_descriptor(view(out).payload());
    CHECK(descriptor->picture_id == ((id + 1) & 0x7fff));
    CHECK(descriptor->tl0_picture_index == 7);
    id = *descriptor->picture_id;
    CHECK(r.track.source_of(number) == kBase + i);
  }
}

TEST_CASE("dropping a picture of several packets counts as one picture") {
  Receiver r;
  const std::uint64_t i = play_until_lowest(r);
  std::uint64_t n = kBase + i;
  const auto send = [&](Vp8Picture picture) {
    return r.send(cached(n++, 0, vp8_payload(picture)), time_of(i));
  };
  const Bytes before = send({100, 0});
  const auto id = *parse_vp8_descriptor(view(before).payload())->picture_id;
  CHECK(send({101, 2}).empty());
  CHECK(send({101, 2, false, false, false}).empty());
  CHECK(send({102, 1}).empty());
  const Bytes after = send({103, 0});
  CHECK(parse_vp8_descriptor(view(after).payload())->picture_id == id + 1);
  CHECK(view(after).sequence_number() == view(before).sequence_number() + 1);
}

TEST_CASE("a late packet of a layer left out is sent without payload") {
  Receiver r;
  std::uint64_t i = play_until_lowest(r);
  while (i % 4 != 0) r.send(temporal_picture(i), time_of(i)), ++i;
  const Bytes before = r.send(temporal_picture(i), time_of(i));
  // i + 1 (layer 2) is late: it has a number by the time it comes.
  const Bytes after = r.send(temporal_picture(i + 4), time_of(i));
  CHECK(view(after).sequence_number() == view(before).sequence_number() + 4);
  const Bytes late = r.send(temporal_picture(i + 1), time_of(i));
  REQUIRE(late.size() == 12);
  CHECK(view(late).sequence_number() == view(before).sequence_number() + 1);
  CHECK_FALSE(view(late).marker());
  CHECK(view(late).ssrc() == kSsrc);
}

TEST_CASE("retransmissions have the same bytes, whatever changed in between") {
  Receiver r;
  std::map<std::uint16_t, Bytes> sent;
  std::map<std::uint16_t, CachedPacket> sources;
  SeededRandom random(3);
  std::uint64_t checked = 0;
  for (std::uint64_t i = 0; i < 6000; ++i) {
    const CachedPacket source = temporal_picture(i);
    if (random.u32() % 10 != 0) {
      const Bytes out = r.send(source, time_of(i));
      if (!out.empty()) {
        REQUIRE(sent.emplace(view(out).sequence_number(), out).second);
        sources.emplace(view(out).sequence_number(), source);
      }
    }
    // Lost packets arrive late, first copies too.
    if (i > 5 && random.u32() % 10 == 0) {
      const CachedPacket late = temporal_picture(i - 1 - random.u32() % 5);
      const Bytes out = r.send(late, time_of(i));
      if (!out.empty()) {
        const auto [it, first] = sent.emplace(view(out).sequence_number(), out);
        REQUIRE(it->second == out);
        if (first) sources.emplace(view(out).sequence_number(), late);
      }
    }
    // Layers go down and up all the time.
    if (i % 30 == 0) r.track.handle_remb(i % 180 < 60 ? 20'000 : 10'000'000, at(time_of(i)));
    if (sent.size() > 20) {
      const auto recent = std::prev(sent.end(), 1 + random.u32() % 20);
      const auto source_number = r.track.source_of(recent->first);
      if (source_number) {
        REQUIRE(*source_number == sources[recent->first].extended_sequence);
        REQUIRE(r.send(sources[recent->first], time_of(i)) == recent->second);
        ++checked;
      }
    }
  }
  CHECK(checked > 5000);
}

TEST_CASE("a hundred thousand packets with drops, loss and reordering never reuse a number") {
  Receiver r(config(), 65'000);
  SeededRandom random(11);
  std::set<std::uint64_t> outputs;
  std::uint64_t unwrapped = 65'000;
  std::vector<std::uint64_t> held;
  std::uint64_t forwarded = 0;
  const auto send = [&](std::uint64_t i, std::uint64_t now) {
    const Bytes out = r.send(temporal_picture(i), time_of(now));
    if (out.empty()) return;
    const std::uint16_t number = view(out).sequence_number();
    const auto step = static_cast<std::int16_t>(number - static_cast<std::uint16_t>(unwrapped));
    const std::uint64_t extended = unwrapped + static_cast<std::uint64_t>(std::int64_t{step});
    REQUIRE(outputs.insert(extended).second);
    unwrapped = std::max(unwrapped, extended);
    REQUIRE(r.track.source_of(number) == kBase + i);
    ++forwarded;
  };
  for (std::uint64_t i = 0; i < 100'000; ++i) {
    const std::uint32_t dice = random.u32() % 100;
    if (dice < 2 && i > 0) continue;  // lost
    if (dice < 6 && i > 0) {
      held.push_back(i);
      continue;
    }
    send(i, i);
    while (!held.empty() && held.front() + 3 + random.u32() % 10 < i) {
      send(held.front(), i);
      held.erase(held.begin());
    }
    if (i % 100 == 0) r.track.handle_remb(i % 4000 < 1000 ? 20'000 : 10'000'000, at(time_of(i)));
  }
  CHECK(forwarded > 30'000);
  CHECK(forwarded < 90'000);
}

TEST_CASE("the marker moves to the spatial layer that is the last one sent") {
  DownTrackConfig c = config(CodecType::kVp9);
  c.lowest_spatial_layer = true;
  Receiver r(c);
  std::uint64_t n = kBase;
  const auto send = [&](Vp9Frame frame, bool marker) {
    return r.send(cached(n++, 0, vp9_payload(frame), marker));
  };
  Vp9Frame key{1, 0, 0, true};
  key.structure_layers = 2;
  key.end = false;
  const Bytes begin = send(key, false);
  CHECK_FALSE(view(begin).marker());
  Vp9Frame rest{1, 0, 0, true};
  rest.start = false;
  const Bytes end = send(rest, false);
  CHECK(view(end).marker());
  CHECK(send({1, 0, 1}, true).empty());
  CHECK(view(send({2, 0, 0}, false)).sequence_number() == 502);
}

TEST_CASE("with all spatial layers the sender's marker stays where it is") {
  Receiver r(config(CodecType::kVp9));
  std::uint64_t n = kBase;
  Vp9Frame key{1, 0, 0, true};
  key.structure_layers = 2;
  CHECK_FALSE(view(r.send(cached(n++, 0, vp9_payload(key), false))).marker());
  const Bytes upper = r.send(cached(n++, 0, vp9_payload({1, 0, 1}), true));
  CHECK(view(upper).marker());
  CHECK(r.track.statistics(at(0)).spatial_layer == 1);
  Vp9Frame unneeded{2, 0, 0};
  unneeded.unneeded_above = true;
  CHECK(r.send(cached(n++, 0, vp9_payload(unneeded), false)).empty());
  CHECK(view(r.send(cached(n++, 0, vp9_payload({2, 0, 1}), true))).sequence_number() == 502);
}

TEST_CASE("asking for the lowest spatial layer takes effect at the next picture") {
  Receiver r(config(CodecType::kVp9));
  std::uint64_t n = kBase;
  Vp9Frame key{1, 0, 0, true};
  key.structure_layers = 2;
  r.send(cached(n++, 0, vp9_payload(key)));
  r.track.set_lowest_spatial_layer(true);
  CHECK_FALSE(r.send(cached(n++, 0, vp9_payload({1, 0, 1}), true)).empty());
  CHECK_FALSE(r.track.wants_keyframe());
  CHECK(view(r.send(cached(n++, 0, vp9_payload({2, 0, 0}), false))).marker());
  CHECK(r.send(cached(n++, 0, vp9_payload({2, 0, 1}), true)).empty());
  r.track.set_lowest_spatial_layer(false);
  CHECK_FALSE(r.track.wants_keyframe());
}

TEST_CASE("a FIR counts once, whatever its number") {
  Receiver r;
  CHECK(r.track.accept_fir(0));
  CHECK_FALSE(r.track.accept_fir(0));
  CHECK(r.track.accept_fir(1));
  CHECK_FALSE(r.track.accept_fir(1));
  CHECK(r.track.accept_fir(0));
}

TEST_CASE("sender reports count packets and payload octets") {
  Receiver r(config(CodecType::kOpus));
  r.send(cached(kBase, 0, Bytes(100)));
  r.send(cached(kBase + 1, 0, Bytes(50)));
  const SenderInfo info = r.track.make_sender_info(77, 88);
  CHECK(info.ssrc == kSsrc);
  CHECK(info.ntp == 77);
  CHECK(info.rtp_timestamp == 88);
  CHECK(info.packet_count == 2);
  CHECK(info.octet_count == 150);
}

TEST_CASE("report blocks give loss, jitter, round trip and the cache span") {
  Receiver r;
  CHECK(r.track.cache_span() == TimeDelta::zero());
  r.track.make_sender_info(ntp(0), 0);
  ReportBlock block;
  block.fraction_lost = 64;
  block.jitter = 900;  // 10 ms
  block.last_sr = ntp_middle(ntp(0));
  block.delay_since_last_sr = 65536 / 2;
  r.track.handle_report_block(block, at(0), ntp(600));
  const DownTrack::Statistics s = r.track.statistics(at(0));
  CHECK(s.loss == doctest::Approx(0.25));
  CHECK(s.jitter_ms == doctest::Approx(10));
  CHECK(s.rtt_ms == doctest::Approx(100).epsilon(0.01));
  CHECK(r.track.cache_span().us() == doctest::Approx(140'000).epsilon(0.01));
}

TEST_CASE("the maximum is the lower of loss estimate and a fresh REMB") {
  Receiver r;
  CHECK(r.track.max_bitrate(at(0)) == 524'288);
  r.track.handle_remb(300'000, at(0));
  CHECK(r.track.max_bitrate(at(30'000)) == 300'000);
  CHECK(r.track.max_bitrate(at(30'001)) == 524'288);
  r.track.handle_remb(0, at(31'000));
  CHECK(r.track.max_bitrate(at(31'000)) == 524'288);
  r.track.handle_remb(10'000'000, at(32'000));
  CHECK(r.track.max_bitrate(at(32'000)) == 524'288);
  ReportBlock block;
  block.fraction_lost = 128;
  r.track.handle_report_block(block, at(32'000), ntp(0));
  CHECK(r.track.max_bitrate(at(32'000)) == 524'288 * 384 / 512);
  CHECK(r.track.demand(at(32'000)).max_bitrate == 524'288 * 384 / 512);
}

TEST_CASE("retransmissions are limited and counted") {
  Receiver r;
  CHECK(r.track.may_retransmit(500, at(0)));
  CHECK_FALSE(r.track.may_retransmit(500, at(1)));
  CHECK(r.track.statistics(at(1)).retransmissions == 1);
}

TEST_CASE("a packet of the largest size fits") {
  Receiver r(config(CodecType::kOpus));
  CHECK(r.send(cached(kBase, 0, Bytes(kMaxRtpPacket - 12))).size() == kMaxRtpPacket);
}
