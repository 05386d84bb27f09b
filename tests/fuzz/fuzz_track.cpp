#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "common/bytes/byte_reader.h"
#include "common/check/check.h"
#include "mediad/rtp/rtp_header.h"
#include "mediad/rtp/sequence_unwrapper.h"
#include "mediad/track/down_track.h"
#include "mediad/track/up_track.h"

using namespace halcyon;
using namespace halcyon::mediad;

namespace {

constexpr std::size_t kMaxSteps = 400;

UpTrackConfig up_config(CodecType type) {
  UpTrackConfig config;
  config.codec.type = type;
  config.codec.clock_rate = 90000;
  config.codec.nack = config.codec.pli = config.codec.remb = true;
  return config;
}

DownTrackConfig down_config(CodecType type) {
  DownTrackConfig config;
  config.ssrc = Ssrc{7};
  config.codec = up_config(type).codec;
  return config;
}

/// A publisher and a receiver who do what the input says. What a number was first sent with is what
/// it must always be sent with.
class Session {
 public:
  explicit Session(CodecType type)
      : up_(up_config(type), now_), down_(down_config(type), 9, now_) {}

  void step(ByteReader& input) {
    const std::uint8_t what = input.u8();
    now_ = now_ + TimeDelta::millis(what >> 3);
    switch (what & 7) {
      case 0:
        sequence_ = static_cast<std::uint16_t>(sequence_ + input.u16());
        [[fallthrough]];
      case 1:
      case 2:
        ++sequence_;
        [[fallthrough]];
      case 3:
        receive(sequence_, input);
        break;
      case 4:
        receive(static_cast<std::uint16_t>(sequence_ - input.u8()), input);
        break;
      case 5:
        down_.handle_remb(std::uint64_t{input.u16()} << 8, now_);
        down_.set_lowest_spatial_layer((what & 8) != 0);
        break;
      case 6:
        retransmit(input.u16());
        break;
      default:
        up_.poll_feedback(now_);
        up_.set_cache_span(TimeDelta::millis(input.u8()));
        up_.make_report_block(now_);
    }
  }

 private:
  void receive(std::uint16_t sequence_number, ByteReader& input) {
    std::array<std::uint8_t, kMaxRtpPacket> memory;
    ByteWriter w(memory);
    RtpHeader header;
    header.sequence_number = sequence_number;
    header.timestamp = sequence_number;
    write_rtp_packet(w, header, input.bytes(std::min<std::size_t>(input.remaining(), 12)));
    const auto view = RtpPacketView::parse(w.written());
    check(view.has_value());
    if (const auto packet = up_.handle_rtp(*view, now_)) send(**packet);
  }

  void retransmit(std::uint16_t output) {
    const auto source = down_.source_of(output);
    if (!source || !down_.may_retransmit(output, now_)) return;
    if (const CachedPacket* packet = up_.find_for_retransmission(*source, now_)) send(*packet);
  }

  void send(const CachedPacket& packet) {
    std::array<std::uint8_t, kMaxRtpPacket> out;
    const std::size_t size = down_.rewrite(packet, now_, out);
    if (size == 0) return;
    std::vector<std::uint8_t> bytes(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(size));
    const auto output = RtpPacketView::parse(bytes)->sequence_number();
    check(down_.source_of(output) == packet.extended_sequence);
    const auto [it, first] = sent_.emplace(packet.extended_sequence, bytes);
    check(it->second == bytes);
    if (first) check(outputs_.insert(unwrapper_.unwrap(output)).second);
  }

  Timestamp now_ = Timestamp::from_ms(1000);
  UpTrack up_;
  DownTrack down_;
  std::uint16_t sequence_ = 65000;
  std::map<std::uint64_t, std::vector<std::uint8_t>> sent_;
  SequenceUnwrapper unwrapper_;
  std::set<std::uint64_t> outputs_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ByteReader input({data, size});
  constexpr CodecType kTypes[] = {CodecType::kVp8, CodecType::kVp9, CodecType::kH264,
                                  CodecType::kOpus};
  Session session(kTypes[input.u8() % 4]);
  for (std::size_t i = 0; i < kMaxSteps && input.remaining() > 0; ++i) session.step(input);
  return 0;
}
