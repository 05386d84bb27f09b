#pragma once

#include <functional>

#include "signald/auth/remembering_verifier.h"
#include "signald/groups/group_directory.h"
#include "signald/server/http_server.h"
#include "signald/session/signalling_server.h"
#include "signald/statistics/group_statistics.h"
#include "signald/statistics/server_statistics.h"
#include "signald/stream/stream_statistics.h"
#include "signald/turn/relay_tester.h"
#include "signald/turn/turn_server.h"
#include "signald/whip/whip_publishers.h"
#include "signald/workers/worker_pool.h"

namespace halcyon::signald {

/// Gathers what the parts of this process know of themselves.
class StatisticsSource final : public ServerStatisticsSource {
 public:
  /// All borrowed.
  struct Parts {
    const GroupDirectory& groups;
    const SignallingServer& signalling;
    const StreamStatistics& media;
    const WorkerPool& workers;
    const TurnServer& turn;
    const WhipPublishers& whip;
    const RememberingVerifier& request_passwords;
    const RelayTester& relay_tester;
  };
  explicit StatisticsSource(const Parts& parts);

  /// Once there is one; borrowed.
  void set_server(const HttpServer* server) { server_ = server; }

  std::vector<GroupReport> groups() const;
  ServerStatistics server_statistics() override;

 private:
  Parts parts_;
  const HttpServer* server_ = nullptr;
  Timestamp started_;
  WallTime started_wall_;
};

}  // namespace halcyon::signald
