#include <doctest/doctest.h>

#include <array>

#include "common/bytes/byte_reader.h"
#include "common/bytes/byte_writer.h"

using namespace halcyon;

TEST_CASE("ByteReader reads what ByteWriter wrote") {
  std::array<std::uint8_t, 32> memory{};
  ByteWriter w(memory);
  w.u8(1);
  w.u16(0x0203);
  w.u24(0x040506);
  w.u32(0x0708090a);
  w.u64(0x0102030405060708);
  REQUIRE(w.ok());
  w.patch_u16(1, 0xbeef);
  ByteReader r(w.written());
  CHECK(r.u8() == 1);
  CHECK(r.u16() == 0xbeef);
  CHECK(r.u24() == 0x040506);
  CHECK(r.u32() == 0x0708090a);
  CHECK(r.u64() == 0x0102030405060708);
  CHECK(r.ok());
  CHECK(r.remaining() == 0);
}

TEST_CASE("ByteReader stays failed after a read past the end") {
  const std::array<std::uint8_t, 3> memory{1, 2, 3};
  ByteReader r(memory);
  CHECK(r.u32() == 0);
  CHECK_FALSE(r.ok());
  CHECK(r.u8() == 0);
  CHECK(r.remaining() == 0);
  CHECK(r.rest().empty());
}

TEST_CASE("ByteWriter writes nothing of a number that does not fit") {
  std::array<std::uint8_t, 3> memory{9, 9, 9};
  ByteWriter w(memory);
  w.u32(1);
  CHECK_FALSE(w.ok());
  CHECK(w.size() == 0);
  CHECK(memory[0] == 9);
}
