#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/random/random.h"
#include "common/uv/loop.h"
#include "common/uv/timer.h"
#include "signald/ice/ice_server.h"
#include "signald/turn/host_lookup.h"
#include "signald/turn/relay_test.h"

namespace halcyon::signald {

/// Which server is to be tested: the first "turn:" URL over UDP with a password.
struct TurnTarget {
  std::string host;
  std::uint16_t port = 0;
  std::string username;
  std::string password;
};
std::optional<TurnTarget> turn_target(const std::vector<IceServer>& servers);

struct RelayReport {
  std::string server;                     // "host:port"
  std::optional<RelayTestResult> result;  // none: it failed
  std::string problem;
};

/// Tests the configured TURN server at the start and every 12 hours (http.md 16.1), and says in the
/// log how it went. What it finds changes nothing for clients.
class RelayTester {
 public:
  static constexpr TimeDelta kInterval = TimeDelta::seconds(12 * 3600);
  using Servers = std::function<std::vector<IceServer>()>;

  /// Borrows the loop and `random`; `servers` are those that clients are told of.
  RelayTester(uv::Loop& loop, RandomSource& random, Servers servers);
  ~RelayTester();
  RelayTester(const RelayTester&) = delete;
  RelayTester& operator=(const RelayTester&) = delete;

  void start();
  /// None before the first test has ended, or where there is no TURN server.
  const std::optional<RelayReport>& last() const { return last_; }

 private:
  class Run;
  void test();
  void looked_up(SocketAddress address);
  void ended(ResultOr<RelayTestResult> result);

  uv::Loop& loop_;
  RandomSource& random_;
  Servers servers_;
  TurnTarget target_;  // of the test under way, or the last
  std::optional<RelayReport> last_;
  std::unique_ptr<Run> run_;
  HostLookup lookup_;
  uv::Timer timer_;
  uv::Timer close_timer_;
};

}  // namespace halcyon::signald
