#include <array>
#include <cstddef>
#include <cstdint>

#include "common/check/check.h"
#include "mediad/rtp/bare_copy.h"
#include "mediad/rtp/rtp_packet.h"

using namespace halcyon;
using namespace halcyon::mediad;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto packet = RtpPacketView::parse({data, size});
  if (!packet) return 0;
  check(packet->header_size() + packet->payload().size() + packet->padding_size() == size);
  std::size_t total = 0;
  for (unsigned id = 0; id < 256; ++id) {
    for (const std::uint8_t byte : packet->extension(static_cast<std::uint8_t>(id))) total += byte;
  }
  check(total <= size * 255);
  std::array<std::uint8_t, 4096> out;
  const std::size_t bare = copy_bare(*packet, out);
  if (bare == 0) return 0;  // larger than out
  const auto copy = RtpPacketView::parse(std::span(out).first(bare));
  check(copy && copy->payload().size() == packet->payload().size());
  check(copy->sequence_number() == packet->sequence_number() && copy->ssrc() == packet->ssrc());
  return 0;
}
