#include "common/ipc/frame_codec.h"

#include <doctest/doctest.h>

#include <string>

using namespace halcyon;

namespace {
std::span<const std::uint8_t> raw(const std::string& s, std::size_t from, std::size_t n) {
  return {reinterpret_cast<const std::uint8_t*>(s.data()) + from, n};
}
}  // namespace

TEST_CASE("FrameReader gives whole frames whatever the portions they came in") {
  const std::string stream = encode_frame("one") + encode_frame("") + encode_frame("three");
  for (std::size_t portion = 1; portion <= stream.size(); ++portion) {
    FrameReader reader;
    std::string got;
    for (std::size_t at = 0; at < stream.size(); at += portion) {
      reader.append(raw(stream, at, std::min(portion, stream.size() - at)));
      while (true) {
        const auto frame = reader.next();
        REQUIRE(frame.has_value());
        if (!frame->has_value()) break;
        got += "[" + std::string(**frame) + "]";
      }
    }
    CHECK(got == "[one][][three]");
  }
}

TEST_CASE("FrameReader refuses a frame longer than the bound before reading it") {
  FrameReader reader;
  const std::string header{'\x00', '\x40', '\x00', '\x01'};  // 4 MiB and one byte
  reader.append(raw(header, 0, header.size()));
  const auto frame = reader.next();
  REQUIRE_FALSE(frame.has_value());
  CHECK(frame.error() == FrameError::kTooLong);
}
