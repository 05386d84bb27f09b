#include "mediad/rtp/bare_copy.h"

#include "common/bytes/byte_writer.h"

namespace halcyon::mediad {
namespace {

constexpr std::size_t kFixedHeader = 12;
constexpr std::uint8_t kPaddingAndExtension = 0x30;

}  // namespace

std::size_t bare_header_size(const RtpPacketView& packet) {
  return kFixedHeader + (packet.bytes()[0] & 0x0fu) * 4u;
}

std::size_t bare_size(const RtpPacketView& packet) {
  return bare_header_size(packet) + packet.payload().size();
}

std::size_t copy_bare(const RtpPacketView& packet, std::span<std::uint8_t> out) {
  ByteWriter w(out);
  w.bytes(packet.bytes().first(bare_header_size(packet)));
  w.bytes(packet.payload());
  if (!w.ok()) return 0;
  out[0] &= static_cast<std::uint8_t>(~kPaddingAndExtension);
  return w.size();
}

}  // namespace halcyon::mediad
