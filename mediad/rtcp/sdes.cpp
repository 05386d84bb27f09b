#include "mediad/rtcp/sdes.h"

#include "common/bytes/byte_reader.h"

namespace halcyon::mediad {
namespace {

constexpr std::uint8_t kEnd = 0;
constexpr std::uint8_t kCname = 1;
constexpr std::size_t kMaxItem = 255;

struct Chunk {
  Ssrc ssrc;
  std::optional<std::string_view> cname;
};

std::string_view as_text(std::span<const std::uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// The reader fails on a malformed chunk.
Chunk read_chunk(ByteReader& r) {
  const std::size_t begin = r.position();
  Chunk chunk{Ssrc{r.u32()}, std::nullopt};
  while (r.ok()) {
    const std::uint8_t type = r.u8();
    if (type == kEnd) break;
    const auto text = r.bytes(r.u8());
    if (type == kCname && r.ok()) chunk.cname = as_text(text);
  }
  while (r.ok() && (r.position() - begin) % 4 != 0) r.skip(1);
  return chunk;
}

}  // namespace

Result<Sdes, RtcpError> Sdes::parse(const RtcpHeader& header) {
  ByteReader r(header.body);
  for (int i = 0; i < header.count; ++i) read_chunk(r);
  if (!r.ok()) return make_unexpected(RtcpError::kBadContent);
  Sdes sdes;
  sdes.chunks_ = header.body;
  sdes.count_ = header.count;
  return sdes;
}

std::optional<std::string_view> Sdes::cname_of(Ssrc ssrc) const {
  ByteReader r(chunks_);
  for (int i = 0; i < count_; ++i) {
    const Chunk chunk = read_chunk(r);
    if (chunk.ssrc == ssrc && chunk.cname) return chunk.cname;
  }
  return std::nullopt;
}

bool write_sdes_cname(ByteWriter& w, Ssrc ssrc, std::string_view cname) {
  cname = cname.substr(0, kMaxItem);
  RtcpPacketWriter packet(w, RtcpType::kSdes, 1);
  w.u32(ssrc.value());
  w.u8(kCname);
  w.u8(static_cast<std::uint8_t>(cname.size()));
  w.bytes({reinterpret_cast<const std::uint8_t*>(cname.data()), cname.size()});
  w.u8(kEnd);
  return packet.finish();
}

}  // namespace halcyon::mediad
