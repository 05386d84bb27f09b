#include "signald/ws/frame_gate.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <string>

using namespace halcyon::signald;

namespace {

std::string frame(unsigned first, std::size_t length, bool masked = true) {
  std::string out(1, static_cast<char>(first));
  const unsigned mask = masked ? 0x80 : 0;
  if (length < 126) {
    out += static_cast<char>(mask | length);
  } else if (length <= 0xffff) {
    out += static_cast<char>(mask | 126);
    out += static_cast<char>(length >> 8);
    out += static_cast<char>(length & 0xff);
  } else {
    out += static_cast<char>(mask | 127);
    for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(length >> shift);
  }
  if (masked) out += "mask";
  return out.append(length, '\x81');
}

bool admitted(const std::string& bytes) { return FrameGate().admit(bytes); }

}  // namespace

TEST_CASE("messages whole and in fragments pass, with control frames between") {
  CHECK(admitted(frame(0x81, 5) + frame(0x82, 200) + frame(0x81, 70'000)));
  CHECK(admitted(frame(0x01, 5) + frame(0x89, 125) + frame(0x00, 0) + frame(0x80, 3)));
  CHECK(admitted(frame(0x88, 2)));
}

TEST_CASE("a frame without a mask does not pass (RFC 6455 5.1)") {
  CHECK_FALSE(admitted(frame(0x81, 5, false)));
  CHECK_FALSE(admitted(frame(0x81, 5) + frame(0x89, 0, false)));
}

TEST_CASE("reserved bits and opcodes do not pass (RFC 6455 5.2)") {
  for (const unsigned bit : {0x40u, 0x20u, 0x10u}) CHECK_FALSE(admitted(frame(0x81 | bit, 1)));
  for (const unsigned code : {3u, 4u, 7u, 11u, 15u}) CHECK_FALSE(admitted(frame(0x80 | code, 1)));
}

TEST_CASE("control frames are short and whole (RFC 6455 5.5)") {
  CHECK_FALSE(admitted(frame(0x89, 126)));
  CHECK_FALSE(admitted(frame(0x09, 1)));
}

TEST_CASE("a continuation without a beginning, and a beginning within a message, do not pass") {
  CHECK_FALSE(admitted(frame(0x80, 1)));
  CHECK_FALSE(admitted(frame(0x01, 1) + frame(0x81, 1)));
}

TEST_CASE("a length is written as shortly as it can be, and below 2^63") {
  CHECK_FALSE(admitted(std::string("\x81\xfe\x00\x05mask", 8)));
  CHECK_FALSE(admitted(std::string("\x81\xff\x00\x00\x00\x00\x00\x00\xff\xffmask", 14)));
  CHECK_FALSE(admitted(std::string("\x82\xff\x80\x00\x00\x00\x00\x00\x00\x00mask", 14)));
}

TEST_CASE("a violation is found wherever the bytes are cut") {
  const std::string bytes = frame(0x01, 300) + frame(0x8a, 4) + frame(0x81, 2);
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
    FrameGate gate;
    const bool first = gate.admit(bytes.substr(0, cut));
    CHECK_FALSE((first && gate.admit(bytes.substr(cut))));
  }
}
