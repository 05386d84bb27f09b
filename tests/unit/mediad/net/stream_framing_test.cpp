#include "mediad/net/stream_framing.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

namespace halcyon::mediad {
namespace {

using Bytes = std::vector<std::uint8_t>;

/// What a reader makes of a stream that comes in portions of this size. False at the first error.
bool read_all(const Bytes& stream, std::size_t portion, std::vector<Bytes>& frames) {
  StreamFrameReader reader;
  std::size_t at = 0;
  while (at < stream.size()) {
    const auto room = reader.room();
    REQUIRE_FALSE(room.empty());
    const std::size_t n = std::min({portion, room.size(), stream.size() - at});
    std::copy_n(stream.begin() + static_cast<std::ptrdiff_t>(at), n, room.begin());
    reader.added(n);
    at += n;
    while (true) {
      const auto frame = reader.next();
      if (!frame) return false;
      if (!frame->has_value()) break;
      frames.emplace_back((*frame)->begin(), (*frame)->end());
    }
  }
  return true;
}

TEST_CASE("frames come out whole, in whatever portions the stream comes in") {
  const Bytes stream = {0, 3, 1, 2, 3, 0, 0, 0, 1, 9};
  for (const std::size_t portion : {1, 2, 3, 5, 100}) {
    std::vector<Bytes> frames;
    REQUIRE(read_all(stream, portion, frames));
    CHECK(frames == std::vector<Bytes>{{1, 2, 3}, {}, {9}});
  }
}

TEST_CASE("a long stream of the largest frames needs no more than the reader's buffer") {
  Bytes stream;
  for (int i = 0; i < 100; ++i) {
    stream.push_back(static_cast<std::uint8_t>(kMaxStreamFrame >> 8));
    stream.push_back(static_cast<std::uint8_t>(kMaxStreamFrame & 0xff));
    stream.insert(stream.end(), kMaxStreamFrame, static_cast<std::uint8_t>(i));
  }
  for (const std::size_t portion : {7, 1000, 69, 100'000}) {
    std::vector<Bytes> frames;
    REQUIRE(read_all(stream, portion, frames));
    REQUIRE(frames.size() == 100);
    CHECK(frames[99] == Bytes(kMaxStreamFrame, 99));
  }
}

TEST_CASE("a frame longer than any datagram of media ends the stream") {
  std::vector<Bytes> frames;
  CHECK_FALSE(read_all({0, 1, 5, 0x48, 0x54, 0x54}, 100, frames));
  CHECK(frames == std::vector<Bytes>{{5}});
}

}  // namespace
}  // namespace halcyon::mediad
