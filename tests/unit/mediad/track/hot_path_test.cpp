#include <doctest/doctest.h>

#include <cstdlib>
#include <new>

#include "mediad/track/down_track.h"
#include "mediad/track/up_track.h"
#include "source_packets.h"

using namespace halcyon;
using namespace halcyon::mediad;
using namespace halcyon::mediad::testing;

namespace {

std::size_t allocations = 0;

}  // namespace

void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

TEST_CASE("taking a packet in and writing it for a receiver allocate nothing") {
  const Timestamp start = Timestamp::from_ms(1000);
  UpTrackConfig up_config;
  up_config.codec.type = CodecType::kVp8;
  up_config.codec.nack = up_config.codec.pli = true;
  DownTrackConfig down_config;
  down_config.codec = up_config.codec;
  UpTrack up(up_config, start);
  DownTrack down(down_config, 1, start);
  std::array<std::uint8_t, kMaxRtpPacket> out;
  static constexpr std::uint8_t kPattern[] = {0, 2, 1, 2};
  std::vector<std::vector<std::uint8_t>> packets;
  for (std::uint16_t i = 0; i < 4000; ++i) {
    Vp8Picture picture{i, kPattern[i % 4], i == 0, i % 4 != 0};
    packets.push_back(rtp_packet(i, i * 3000u, vp8_payload(picture, 500)));
  }
  std::size_t written = 0;
  std::size_t before = 0;
  for (std::uint16_t i = 0; i < 4000; ++i) {
    // Once the map knows the most runs it can, which the first half of the stream is for.
    if (i == 2000) before = allocations;
    const Timestamp now = start + TimeDelta::millis(i * 33);
    if (i % 50 == 49) continue;  // lost
    const auto packet = up.handle_rtp(*RtpPacketView::parse(packets[i]), now);
    if (packet && down.rewrite(**packet, now, out) > 0) ++written;
    if (i % 100 == 0) down.handle_remb(20'000, now);
  }
  CHECK(allocations == before);
  CHECK(written > 1000);
  CHECK(down.statistics(start).temporal_layer == 0);
}
