#include "signald/service/statistics_source.h"

#include "common/clock/clock.h"
#include "common/process/process_usage.h"

namespace halcyon::signald {

StatisticsSource::StatisticsSource(const Parts& parts)
    : parts_(parts), started_(monotonic_now()), started_wall_(wall_now()) {}

std::vector<GroupReport> StatisticsSource::groups() const {
  return report_groups(parts_.groups, parts_.signalling.streams(), parts_.media);
}

ServerStatistics StatisticsSource::server_statistics() {
  ServerStatistics s;
  s.version = HALCYON_VERSION;
  s.uptime_seconds = (monotonic_now() - started_).seconds_f();
  s.start_time_seconds = static_cast<double>(started_wall_.us) / 1e6;
  const ProcessUsage used = process_usage();
  s.cpu_seconds = used.cpu.seconds_f();
  s.resident_bytes = used.resident_bytes;
  s.open_descriptors = open_descriptors();
  s.groups = parts_.groups.size();
  for (const std::string& name : parts_.groups.names()) {
    s.clients += parts_.groups.find(name)->members.size();
  }
  s.up_streams = parts_.signalling.streams().up_count();
  s.down_streams = parts_.signalling.streams().down_count();
  s.websockets = parts_.signalling.session_count();
  s.signalling = parts_.signalling.counters();
  s.whip = {parts_.whip.session_count(), parts_.whip.offers_accepted(),
            parts_.whip.offers_refused()};
  s.passwords_computed = parts_.request_passwords.computed();
  s.passwords_remembered = parts_.request_passwords.remembered();
  if (server_ != nullptr) {
    s.connections = server_->connection_count();
    s.refused_connections = server_->refused_connections();
  }
  if (parts_.turn.enabled()) s.turn = TurnFacts{parts_.turn.running(), parts_.turn.restarts()};
  if (const auto& test = parts_.relay_tester.last()) {
    const RelayTestResult times = test->result.value_or(RelayTestResult{});
    s.relay_test = RelayTestFacts{test->server, test->result.has_value(), times.total.seconds_f(),
                                  times.delay.seconds_f(), test->problem};
  }
  s.workers = parts_.media.worker_statistics();
  s.supervision = parts_.workers.supervision();
  return s;
}

}  // namespace halcyon::signald
