#include "mediad/rtp/sequence_unwrapper.h"

#include <doctest/doctest.h>

using halcyon::mediad::SequenceUnwrapper;

TEST_CASE("numbers go on across several wraps") {
  SequenceUnwrapper unwrapper;
  std::uint64_t expected = SequenceUnwrapper::kFirstCycle + 65000;
  for (int i = 0; i < 200000; ++i, ++expected) {
    REQUIRE(unwrapper.unwrap(static_cast<std::uint16_t>(expected)) == expected);
  }
  CHECK(unwrapper.highest() == expected - 1);
}

TEST_CASE("late numbers before and after a wrap are told apart") {
  SequenceUnwrapper unwrapper;
  const std::uint64_t first = unwrapper.unwrap(65534);
  CHECK(unwrapper.unwrap(1) == first + 3);
  CHECK(unwrapper.unwrap(65535) == first + 1);
  CHECK(unwrapper.unwrap(0) == first + 2);
  CHECK(unwrapper.unwrap(65533) == first - 1);
  CHECK(unwrapper.highest() == first + 3);
  CHECK(unwrapper.peek(2) == first + 4);
  CHECK(unwrapper.highest() == first + 3);
}

TEST_CASE("half a cycle away counts as behind") {
  SequenceUnwrapper unwrapper;
  const std::uint64_t first = unwrapper.unwrap(0);
  CHECK(unwrapper.unwrap(0x8000) == first - 0x8000);
  CHECK(unwrapper.unwrap(0x7fff) == first + 0x7fff);
}

TEST_CASE("a restart always goes forward") {
  SequenceUnwrapper unwrapper;
  const std::uint64_t first = unwrapper.unwrap(5000);
  CHECK(unwrapper.restart(4000) == first + 65536 - 1000);
  CHECK(unwrapper.restart(4000) == first + 2 * 65536 - 1000);
  CHECK(unwrapper.unwrap(4001) == first + 2 * 65536 - 999);
}
