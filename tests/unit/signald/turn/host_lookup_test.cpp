#include "signald/turn/host_lookup.h"

#include <doctest/doctest.h>

#include <optional>

using namespace halcyon;
using namespace halcyon::signald;

TEST_CASE("a host's address is found, and a name that is nobody's is said to be") {
  uv::Loop loop;
  std::optional<ResultOr<SocketAddress>> answer;
  HostLookup lookup(loop, [&](ResultOr<SocketAddress> found) {
    answer = std::move(found);
    loop.stop();
  });
  lookup.start("localhost");
  loop.run();
  REQUIRE(answer->has_value());
  CHECK((*answer)->is_loopback());
  lookup.start("no-such-host.invalid");
  loop.run();
  REQUIRE_FALSE(answer->has_value());
  CHECK_FALSE(answer->error().message.empty());
}

TEST_CASE("of two questions the last counts, and the end of the asker is no trouble") {
  uv::Loop loop;
  int answers = 0;
  {
    HostLookup lookup(loop, [&](ResultOr<SocketAddress>) {
      ++answers;
      loop.stop();
    });
    lookup.start("localhost");
    lookup.start("localhost");
    loop.run();
    lookup.start("localhost");
  }
  CHECK(answers == 1);
}
