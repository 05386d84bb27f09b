#include "signald/server/http2_frame_scanner.h"

#include <doctest/doctest.h>

#include <string>

using namespace halcyon::signald;

namespace {

const std::string kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

std::string frame(int type, int flags, std::size_t length, int stream = 1) {
  const auto byte = [](std::size_t value) { return static_cast<char>(value & 0xff); };
  return std::string{byte(length >> 16),
                     byte(length >> 8),
                     byte(length),
                     static_cast<char>(type),
                     static_cast<char>(flags),
                     0,
                     0,
                     0,
                     static_cast<char>(stream)} +
         std::string(length, 'x');
}

}  // namespace

TEST_CASE("the preface and every frame but DATA are owed whole") {
  Http2FrameScanner scanner;
  CHECK(scanner.unfinished());
  for (const char byte : kPreface) {
    CHECK(scanner.unfinished());
    scanner.scan({&byte, 1});
  }
  CHECK_FALSE(scanner.unfinished());
  for (const char byte : frame(4, 0, 6)) {
    scanner.scan({&byte, 1});
    if (byte == 'x') continue;
    CHECK(scanner.unfinished());
  }
  CHECK_FALSE(scanner.unfinished());
  const std::string data = frame(0, 0, 100);
  scanner.scan(data.substr(0, 8));
  CHECK(scanner.unfinished());
  scanner.scan(data.substr(8, 50));
  CHECK_FALSE(scanner.unfinished());
}

TEST_CASE("a head is unfinished until END_HEADERS, however many frames that takes") {
  Http2FrameScanner scanner;
  scanner.scan(kPreface + frame(1, 0, 10));
  CHECK(scanner.unfinished());
  const auto begun = scanner.begun();
  scanner.scan(frame(9, 0, 10));
  CHECK(scanner.unfinished());
  scanner.scan(frame(9, 4, 10));
  CHECK_FALSE(scanner.unfinished());
  CHECK(scanner.begun() == begun);
  scanner.scan(frame(1, 4, 10));
  CHECK(scanner.begun() == begun + 1);
}

TEST_CASE("only frames that bring no request further are chores") {
  Http2FrameScanner scanner;
  scanner.scan(kPreface);
  const auto chores = [&](int type, int flags, std::size_t length) {
    return scanner.scan(frame(type, flags, length));
  };
  CHECK(chores(1, 4, 10) == 0);  // HEADERS
  CHECK(chores(0, 0, 10) == 0);  // DATA
  CHECK(chores(0, 0, 0) == 1);
  CHECK(chores(0, 8, 256) == 1);  // nothing but padding, perhaps
  CHECK(chores(0, 8, 257) == 0);
  CHECK(chores(0, 1, 0) == 0);  // END_STREAM
  CHECK(chores(2, 0, 5) == 1);  // PRIORITY
  CHECK(chores(3, 0, 4) == 1);  // RST_STREAM
  CHECK(chores(4, 0, 6) == 1);  // SETTINGS
  CHECK(chores(4, 1, 0) == 0);  // and its acknowledgement
  CHECK(chores(6, 0, 8) == 1);  // PING
  CHECK(chores(6, 1, 8) == 0);
  CHECK(chores(8, 0, 4) == 0);  // WINDOW_UPDATE
  CHECK(chores(9, 0, 0) == 1);  // CONTINUATION
  CHECK(chores(0x42, 0, 3) == 1);
  CHECK(scanner.scan(frame(6, 0, 8) + frame(2, 0, 5) + frame(1, 4, 9) + frame(3, 0, 4)) == 3);
}

TEST_CASE("a head on a stream that was left out before is a violation, on any other it is none") {
  Http2FrameScanner scanner;
  scanner.scan(kPreface + frame(1, 5, 3, 1) + frame(1, 5, 3, 3) + frame(1, 4, 3, 9));
  scanner.scan(frame(1, 5, 3, 3) + frame(1, 5, 3, 9));  // trailers, perhaps
  CHECK_FALSE(scanner.violated());
  SUBCASE("the first that was left out") { scanner.scan(frame(1, 5, 3, 5)); }
  SUBCASE("the last that was left out") { scanner.scan(frame(1, 5, 3, 7)); }
  CHECK(scanner.violated());
}

TEST_CASE("PRIORITY is fine on any stream but 0") {
  Http2FrameScanner scanner;
  scanner.scan(kPreface + frame(2, 0, 5, 7));
  CHECK_FALSE(scanner.violated());
  scanner.scan(frame(2, 0, 5, 0));
  CHECK(scanner.violated());
}
