#include "mediad/track/up_track.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <deque>

#include "common/random/random.h"
#include "mediad/rtcp/ntp.h"
#include "mediad/track/receiver_limit.h"
#include "source_packets.h"

using namespace halcyon;
using namespace halcyon::mediad;
using namespace halcyon::mediad::testing;
using Numbers = std::vector<std::uint16_t>;

namespace {

Timestamp at(std::int64_t ms) { return Timestamp::from_ms(50'000 + ms); }

UpTrackConfig video_config(CodecType type = CodecType::kVp8) {
  UpTrackConfig config;
  config.ssrc = kSourceSsrc;
  config.codec.type = type;
  config.codec.payload_type = 96;
  config.codec.clock_rate = 90000;
  config.codec.nack = config.codec.pli = config.codec.remb = true;
  return config;
}

UpTrackConfig audio_config() {
  UpTrackConfig config;
  config.ssrc = kSourceSsrc;
  return config;
}

class Publisher {
 public:
  explicit Publisher(UpTrackConfig config = video_config()) : track(std::move(config), at(0)) {}

  Result<const CachedPacket*, RtpDrop> send(std::uint16_t number, std::int64_t ms,
                                            std::span<const std::uint8_t> payload) {
    bytes_ = rtp_packet(number, static_cast<std::uint32_t>(ms * 90), payload);
    return track.handle_rtp(*RtpPacketView::parse(bytes_), at(ms));
  }
  Result<const CachedPacket*, RtpDrop> send(std::uint16_t number, std::int64_t ms,
                                            bool keyframe = false) {
    return send(number, ms, vp8_payload({number, 0, keyframe}));
  }

  UpTrack track;

 private:
  std::vector<std::uint8_t> bytes_;
};

}  // namespace

TEST_CASE("a packet is kept without header extensions and padding") {
  UpTrack track(video_config(), at(0));
  const std::vector<std::uint8_t> mid{'0'};
  const std::array<RtpExtension, 1> extensions{RtpExtension{4, mid}};
  const std::array<Ssrc, 1> csrcs{Ssrc{99}};
  RtpHeader header;
  header.ssrc = kSourceSsrc;
  header.sequence_number = 4711;
  header.timestamp = 1234;
  header.marker = true;
  header.extensions = extensions;
  header.csrcs = csrcs;
  std::vector<std::uint8_t> bytes(kMaxRtpPacket);
  ByteWriter w(bytes);
  const auto payload = vp8_payload({1, 0, true});
  REQUIRE(write_rtp_packet(w, header, payload, 9));
  const auto result = track.handle_rtp(*RtpPacketView::parse(w.written()), at(1));
  REQUIRE(result);
  const CachedPacket& packet = **result;
  CHECK(packet.sequence_number() == 4711);
  CHECK(packet.rtp_timestamp == 1234);
  CHECK(packet.marker);
  CHECK(packet.arrival == at(1));
  CHECK(packet.keyframe == Keyframe::kYes);
  CHECK(packet.header_size == 16);
  CHECK(std::ranges::equal(packet.payload(), payload));
  const auto view = RtpPacketView::parse(packet.packet());
  REQUIRE(view);
  CHECK(view->header_size() == 16);
  CHECK(view->padding_size() == 0);
  CHECK(track.find_for_retransmission(packet.extended_sequence, at(2)) == &packet);
}

TEST_CASE("duplicates, packets too old and too large are refused and counted") {
  Publisher p;
  for (std::uint16_t n = 0; n < 200; ++n) REQUIRE(p.send(n, n));
  CHECK(p.send(199, 200).error() == RtpDrop::kDuplicate);
  CHECK(p.send(10, 200).error() == RtpDrop::kTooOld);
  CHECK(p.send(200, 200, std::vector<std::uint8_t>(kMaxRtpPacket - 11)).error() ==
        RtpDrop::kTooLarge);
  CHECK(p.send(200, 200, std::vector<std::uint8_t>(kMaxRtpPacket - 12)));
  CHECK(p.track.statistics(at(200)).duplicates == 1);
  CHECK(p.track.statistics(at(200)).too_old == 1);
}

TEST_CASE("padding-only packets are forwarded with nothing inside") {
  UpTrack track(video_config(), at(0));
  const auto bytes = rtp_packet(1, 0, {}, false, 200);
  const auto packet = track.handle_rtp(*RtpPacketView::parse(bytes), at(0));
  REQUIRE(packet);
  CHECK((*packet)->payload().empty());
}

TEST_CASE("a sender that begins anew is followed after three packets") {
  Publisher p;
  for (std::uint16_t n = 30'000; n < 30'100; ++n) p.send(n, 0);
  CHECK(p.send(5, 1).error() == RtpDrop::kTooOld);
  CHECK(p.send(6, 1).error() == RtpDrop::kTooOld);
  const auto packet = p.send(7, 1);
  REQUIRE(packet);
  CHECK((*packet)->sequence_number() == 7);
  CHECK(p.send(8, 1));
  CHECK(p.track.poll_feedback(at(1000)).nack.empty());
}

TEST_CASE("stray old packets between new ones do not restart the numbering") {
  Publisher p;
  for (std::uint16_t n = 0; n < 100; ++n) {
    REQUIRE(p.send(static_cast<std::uint16_t>(30'000 + n), n));
    CHECK_FALSE(p.send(static_cast<std::uint16_t>(5 + n), n));
  }
}

TEST_CASE("lost packets are requested and then served") {
  Publisher p;
  p.send(65534, 0);
  p.send(1, 10);
  CHECK(p.track.next_deadline() == at(30));
  CHECK(p.track.poll_feedback(at(30)).nack == Numbers{65535, 0});
  const auto again = p.send(65535, 60);
  REQUIRE(again);
  CHECK(p.track.find_for_retransmission((*again)->extended_sequence, at(61)) != nullptr);
  CHECK(p.track.poll_feedback(at(500)).nack == Numbers{0});
  CHECK(p.track.statistics(at(500)).nacks_sent == 3);
}

TEST_CASE("without negotiated NACK and PLI nothing is asked for") {
  UpTrackConfig config = video_config();
  config.codec.nack = config.codec.pli = false;
  Publisher p(config);
  const auto first = p.send(0, 0);
  REQUIRE(first);
  const std::uint64_t base = (*first)->extended_sequence;
  p.send(5, 0);
  p.track.request_keyframe(at(0));
  CHECK(p.track.find_for_retransmission(base + 2, at(0)) == nullptr);
  CHECK(p.track.next_deadline().is_never());
  const UpFeedback feedback = p.track.poll_feedback(at(1000));
  CHECK(feedback.nack.empty());
  CHECK_FALSE(feedback.pli);
}

TEST_CASE("a receiver's NACK for what was given up asks the publisher once more") {
  Publisher p;
  const auto first = p.send(0, 0);
  REQUIRE(first);
  const std::uint64_t base = (*first)->extended_sequence;
  p.send(2, 0);
  std::int64_t ms = 0;
  for (; ms < 3000; ms += 10) p.track.poll_feedback(at(ms));
  CHECK(p.track.next_deadline().is_never());
  CHECK(p.track.find_for_retransmission(base + 1, at(ms)) == nullptr);
  CHECK(p.track.poll_feedback(at(ms)).nack == Numbers{1});
}

TEST_CASE("what was lost before a keyframe is not asked for, not even for a receiver") {
  Publisher p;
  const auto first = p.send(0, 0);
  REQUIRE(first);
  const std::uint64_t base = (*first)->extended_sequence;
  p.send(5, 0, true);
  CHECK(p.track.find_for_retransmission(base + 2, at(1)) == nullptr);
  CHECK(p.track.poll_feedback(at(1000)).nack.empty());
}

TEST_CASE("parameter sets lost right before an H.264 slice are asked for") {
  Publisher p(video_config(CodecType::kH264));
  const std::vector<std::uint8_t> slice{0x41, 0x9a}, idr{0x65, 0x88};
  p.send(0, 0, slice);
  p.send(2, 0, slice);
  p.send(5, 0, idr);
  CHECK(p.track.poll_feedback(at(1000)).nack == Numbers{3, 4});
}

TEST_CASE("a loss larger than what can be repaired asks for a keyframe") {
  Publisher p;
  p.send(0, 0, true);
  p.send(3000, 0);
  CHECK(p.track.next_deadline() <= at(0));
  const UpFeedback feedback = p.track.poll_feedback(at(0));
  CHECK(feedback.pli);
  CHECK(feedback.nack.empty());
}

TEST_CASE("a keyframe request is repeated without media and ends with a keyframe") {
  Publisher p;
  p.send(0, 0);
  p.track.request_keyframe(at(0));
  p.track.request_keyframe(at(0));
  CHECK(p.track.poll_feedback(at(0)).pli);
  CHECK_FALSE(p.track.poll_feedback(at(100)).pli);
  CHECK(p.track.next_deadline() == at(500));
  CHECK(p.track.poll_feedback(at(500)).pli);
  p.send(1, 510, std::vector<std::uint8_t>{0x10});  // nobody can tell
  CHECK(p.track.next_deadline() == at(1000));
  p.send(2, 520, true);
  CHECK(p.track.next_deadline().is_never());
  CHECK(p.track.statistics(at(520)).plis_sent == 2);
  CHECK(p.track.statistics(at(520)).keyframes == 1);
}

TEST_CASE("a joiner gets everything from the newest keyframe on") {
  Publisher p;
  CHECK(p.track.keyframe_replay().empty());
  for (std::uint16_t n = 0; n < 10; ++n) p.send(n, n, n == 2 || n == 6);
  const auto replay = p.track.keyframe_replay();
  REQUIRE(replay.size() == 4);
  for (std::size_t i = 0; i < 4; ++i) CHECK(replay[i]->sequence_number() == 6 + i);
}

TEST_CASE("a replay is fewer than 40 packets and skips what was lost") {
  Publisher p;
  p.send(0, 0, true);
  for (std::uint16_t n = 1; n < 39; ++n) {
    if (n != 20) p.send(n, n);
  }
  CHECK(p.track.keyframe_replay().size() == 38);
  p.send(39, 39);
  CHECK(p.track.keyframe_replay().empty());
}

TEST_CASE("an H.264 replay begins with the parameter sets, also when they came late") {
  Publisher p(video_config(CodecType::kH264));
  const std::vector<std::uint8_t> sps{0x67, 0x42}, idr{0x65, 0x88}, slice{0x41, 0x9a};
  p.send(0, 0, slice);
  p.send(2, 33, idr);
  p.send(1, 33, sps);
  p.send(3, 33, idr);
  const auto replay = p.track.keyframe_replay();
  REQUIRE(replay.size() == 3);
  CHECK(replay[0]->sequence_number() == 1);
  CHECK(p.track.statistics(at(33)).keyframes == 1);
}

TEST_CASE("audio has nothing to replay") {
  Publisher p(audio_config());
  p.send(0, 0, true);
  CHECK(p.track.keyframe_replay().empty());
}

TEST_CASE("the cache grows with rate and round trip and shrinks again") {
  Publisher p;
  const auto first = p.send(0, 0);
  REQUIRE(first);
  const std::uint64_t base = (*first)->extended_sequence;
  std::uint16_t n = 1;
  for (; n < 2000; ++n) p.send(n, n);  // 1000 packets/s
  p.track.set_cache_span(TimeDelta::millis(150));
  for (; n < 3500; ++n) p.send(n, n);
  CHECK(p.track.find_for_retransmission(base + 3500 - 600, at(3500)) != nullptr);
  CHECK(p.track.find_for_retransmission(base + 3500 - 601, at(3500)) == nullptr);
  p.track.set_cache_span(TimeDelta::seconds(100));
  for (; n < 5000; ++n) p.send(n, n);
  CHECK(p.track.find_for_retransmission(base + 5000 - 1024, at(5000)) != nullptr);
  CHECK(p.track.find_for_retransmission(base + 5000 - 1025, at(5000)) == nullptr);
  p.track.set_cache_span(TimeDelta::zero());  // still enough for our own requests
  CHECK(p.track.find_for_retransmission(base + 5000 - 400, at(5000)) != nullptr);
  CHECK(p.track.find_for_retransmission(base + 5000 - 401, at(5000)) == nullptr);
}

TEST_CASE("the REMB share follows receivers, role and cap") {
  Publisher full;
  CHECK(full.track.remb_share() == 204'800);
  full.track.set_receiver_limit(3'000'000);
  CHECK(full.track.remb_share() == 3'000'000);
  full.track.set_receiver_limit(1ull << 40);
  CHECK(full.track.remb_share() == 1u << 30);
  UpTrackConfig config = video_config();
  config.max_bitrate = 700'000;
  Publisher capped(config);
  capped.track.set_receiver_limit(3'000'000);
  CHECK(capped.track.remb_share() == 700'000);
  config.max_bitrate = 0;
  config.rid = std::string("l");
  Publisher low(config);
  low.track.set_receiver_limit(3'000'000);
  CHECK(low.track.remb_share() == 102'400);
  Publisher audio(audio_config());
  CHECK(audio.track.remb_share() == 0);
  UpTrackConfig audio_remb = audio_config();
  audio_remb.codec.remb = true;
  CHECK(Publisher(audio_remb).track.remb_share() == 102'400);
}

TEST_CASE("RTP time is mapped though the publisher's clock is hours wrong") {
  Publisher p;
  CHECK_FALSE(p.track.rtp_timestamp_at(at(0)));
  p.send(0, 100);
  CHECK(p.track.rtp_timestamp_at(at(100)) == 9000);
  CHECK(p.track.rtp_timestamp_at(at(1100)) == 99'000);
  SenderInfo report;
  for (const std::int64_t hours : {-30, 0, 5, 24 * 365}) {
    Publisher other;
    other.send(0, 0);
    report.ntp = ntp_from_wall_time(WallTime{1'700'000'000'000'000 + hours * 3'600'000'000});
    report.rtp_timestamp = 500'000;
    other.track.handle_sender_report(report, at(1000));
    CHECK(other.track.rtp_timestamp_at(at(2000)) == 590'000);
    const ReportBlock block = other.track.make_report_block(at(3000));
    CHECK(block.last_sr == ntp_middle(report.ntp));
    CHECK(block.delay_since_last_sr == 2 * 65536);
  }
}

TEST_CASE("report blocks and statistics tell of loss") {
  Publisher p;
  for (std::uint16_t n = 0; n < 100; ++n) {
    if (n % 10 != 5) p.send(n, n * 20);
  }
  const ReportBlock block = p.track.make_report_block(at(2000));
  CHECK(block.ssrc == kSourceSsrc);
  CHECK(block.fraction_lost == 25);
  CHECK(block.cumulative_lost == 10);
  CHECK(block.extended_highest_sequence == 99);
  const UpTrack::Statistics s = p.track.statistics(at(2000));
  CHECK(s.loss == doctest::Approx(0.1));
  CHECK(s.packets == 90);
  CHECK(s.bytes == 90 * 32);
}

TEST_CASE("a CNAME is kept") {
  Publisher p;
  p.track.set_cname("name");
  CHECK(p.track.cname() == "name");
}

TEST_CASE("a hundred thousand packets with loss both ways arrive in the end") {
  // 500 packets/s over a network that loses 5 %, with 60 ms to the publisher and back.
  SeededRandom random(7);
  Publisher p;
  std::uint64_t base = 0;
  std::deque<std::pair<std::int64_t, std::uint16_t>> resends;
  std::uint64_t recovered = 0, lost = 0, refused = 0;
  constexpr std::uint32_t kCount = 100'000;
  for (std::uint32_t i = 0; i < kCount; ++i) {
    const std::int64_t ms = i * 2;
    const auto number = static_cast<std::uint16_t>(60'000 + i);
    if (i > 0 && random.u32() % 100 < 5) {
      ++lost;
    } else {
      const auto packet = p.send(number, ms);
      REQUIRE(packet);
      if (i == 0) base = (*packet)->extended_sequence;
      REQUIRE((*packet)->extended_sequence == base + i);
    }
    while (!resends.empty() && resends.front().first <= ms) {
      ++(p.send(resends.front().second, ms) ? recovered : refused);
      resends.pop_front();
    }
    for (const std::uint16_t n : p.track.poll_feedback(at(ms)).nack) {
      if (random.u32() % 100 >= 5) resends.emplace_back(ms + 60, n);
    }
    if (i % 500 == 0) p.track.set_cache_span(TimeDelta::millis(60));
  }
  // Those of the last moments are still under way.
  CHECK(lost - recovered < 10);
  CHECK(refused == 0);
  const UpTrack::Statistics s = p.track.statistics(at(kCount * 2));
  CHECK(s.nacks_sent < lost * 11 / 10 + 50);
  // Recovered or not, the sender is told.
  CHECK(p.track.make_report_block(at(kCount * 2)).cumulative_lost == lost);
}
