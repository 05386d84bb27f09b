#include "mediad/srtp/packet_index.h"

#include <doctest/doctest.h>

using halcyon::mediad::PacketIndex;

TEST_CASE("the index counts on when the sequence number wraps") {
  PacketIndex index(4096);
  CHECK(index.next(0xffff) == 0xffffu);
  CHECK(index.next(0) == 0x1'0000u);
  CHECK(index.next(0x8000) == 0x1'8000u);
  CHECK(index.next(0xffff) == 0x1'ffffu);
  CHECK(index.next(3) == 0x2'0003u);
}

TEST_CASE("a packet sent again after the wrap keeps its index from before") {
  PacketIndex index(4096);
  CHECK(index.next(0xfff0) == 0xfff0u);
  CHECK(index.next(5) == 0x1'0005u);
  CHECK(index.next(0xfff0) == 0xfff0u);
  CHECK(index.next(6) == 0x1'0006u);
}

TEST_CASE("a packet as far back as the window is refused and changes nothing") {
  PacketIndex index(4096);
  CHECK(index.next(10'000) == 10'000u);
  CHECK(index.next(10'000 - 4095) == 10'000u - 4095);
  CHECK_FALSE(index.next(10'000 - 4096));
  CHECK(index.next(10'001) == 10'001u);
}

TEST_CASE("numbers may start anywhere in the first cycle") {
  for (const unsigned first : {0u, 1u, 0x7fffu, 0x8000u, 0x8001u, 0xffffu}) {
    PacketIndex index(4096);
    CHECK(index.next(static_cast<std::uint16_t>(first)) == first);
  }
}
