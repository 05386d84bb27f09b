#pragma once

#include "signald/api/admin_api.h"
#include "signald/http/router.h"
#include "signald/service/statistics_source.h"
#include "signald/statistics/statistics_handlers.h"

namespace halcyon::signald {

/// What administrators, Prometheus and load balancers ask this server about itself, and where each
/// is found.
class Monitoring {
 public:
  /// Borrows all.
  Monitoring(const StatisticsSource::Parts& parts, AdminApi& api, Router& router, FileReader& files,
             const MetricsAccess& metrics_access)
      : source_(parts),
        group_statistics_([this] { return source_.groups(); }),
        server_statistics_(source_),
        statistics_file_(api.authoriser(), [this] { return source_.groups(); }),
        metrics_(source_, files, metrics_access),
        alive_([] { return true; }, {"alive", ""}),
        ready_([&media = parts.media] { return media.has_room(); },
               {"ready", "no media worker has room for a new stream"}) {
    api.handler().set_resource(ApiPath::Kind::kStatistics, group_statistics_);
    api.handler().set_resource(ApiPath::Kind::kWorkers, server_statistics_);
    router.add_exact(std::string(kStatisticsPath), statistics_file_);
    router.add_exact(std::string(kMetricsPath), metrics_);
    router.add_exact(std::string(kAlivePath), alive_);
    router.add_exact(std::string(kReadyPath), ready_);
  }
  Monitoring(const Monitoring&) = delete;
  Monitoring& operator=(const Monitoring&) = delete;

  StatisticsSource& source() { return source_; }

 private:
  StatisticsSource source_;
  GroupStatisticsResource group_statistics_;
  ServerStatisticsResource server_statistics_;
  StatisticsFile statistics_file_;
  Metrics metrics_;
  HealthCheck alive_;
  HealthCheck ready_;
};

}  // namespace halcyon::signald
