#include "mediad/srtp/replay_window.h"

#include <doctest/doctest.h>

using namespace halcyon::mediad;

TEST_CASE("every index is accepted once, also the first of all") {
  ReplayWindow window;
  for (const std::uint64_t index : {0, 1, 5, 3, 600, 4 + 600}) {
    CAPTURE(index);
    REQUIRE(window.may_accept(index));
    window.accept(index);
    CHECK_FALSE(window.may_accept(index));
  }
  CHECK(window.may_accept(599));
}

TEST_CASE("what the window has left behind is refused, seen or not") {
  ReplayWindow window;
  window.accept(1'000);
  window.accept(1'000 + kSrtpReplayWindow);
  CHECK_FALSE(window.may_accept(1'000));
  CHECK_FALSE(window.may_accept(999));
  CHECK(window.may_accept(1'001));
  window.accept(1'000 + 10 * kSrtpReplayWindow);
  CHECK_FALSE(window.may_accept(1'001));
}

TEST_CASE("a jump past the window forgets what is behind, a smaller one does not") {
  ReplayWindow window;
  window.accept(100);
  window.accept(100 + kSrtpReplayWindow - 1);
  CHECK_FALSE(window.may_accept(100));
  CHECK(window.may_accept(101));
}

TEST_CASE("asking changes nothing") {
  ReplayWindow window;
  window.accept(70'000);
  CHECK(window.index_of(0xfff0) == 0xfff0);
  CHECK(window.index_of(static_cast<std::uint16_t>(70'001)) == 70'001);
  CHECK(window.may_accept(71'000));
  CHECK(window.index_of(static_cast<std::uint16_t>(70'001)) == 70'001);
}
