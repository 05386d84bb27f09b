#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "signald/api/admin_authoriser.h"
#include "signald/api/api_resource.h"
#include "signald/http/handler.h"
#include "signald/statistics/group_statistics.h"
#include "signald/statistics/metrics_access.h"
#include "signald/statistics/server_statistics.h"

namespace halcyon::signald {

inline constexpr std::string_view kStatisticsPath = "/stats.json";
inline constexpr std::string_view kMetricsPath = "/metrics";
inline constexpr std::string_view kAlivePath = "/healthz";
inline constexpr std::string_view kReadyPath = "/readyz";

/// Asked anew for each request.
using GroupReports = std::function<std::vector<GroupReport>()>;

/// …/.stats of the administrative interface: the shape that other servers' pages read.
class GroupStatisticsResource final : public ApiResource {
 public:
  explicit GroupStatisticsResource(GroupReports reports) : reports_(std::move(reports)) {}
  std::string_view methods() const override { return "HEAD, GET"; }
  void answer(const ApiCall& call, Reply reply) override;

 private:
  GroupReports reports_;
};

/// …/.workers: the server itself and its media workers.
class ServerStatisticsResource final : public ApiResource {
 public:
  explicit ServerStatisticsResource(ServerStatisticsSource& source) : source_(source) {}
  std::string_view methods() const override { return "HEAD, GET"; }
  void answer(const ApiCall& call, Reply reply) override;

 private:
  ServerStatisticsSource& source_;
};

/// /stats.json: the same array as .stats with more about each track; for administrators too.
class StatisticsFile final : public Handler {
 public:
  /// Borrows the authoriser.
  StatisticsFile(AdminAuthoriser& authoriser, GroupReports reports)
      : authoriser_(authoriser), reports_(std::move(reports)) {}
  void handle(const Request& request, Moment now, Reply reply) override;

 private:
  AdminAuthoriser& authoriser_;
  GroupReports reports_;
};

/// /metrics.
class Metrics final : public Handler {
 public:
  /// Borrows `source` and `files`.
  Metrics(ServerStatisticsSource& source, FileReader& files, MetricsAccess access)
      : source_(source), files_(files), access_(std::move(access)) {}
  void handle(const Request& request, Moment now, Reply reply) override;

 private:
  ServerStatisticsSource& source_;
  FileReader& files_;
  MetricsAccess access_;
};

/// /healthz and /readyz: 200, or 503 while `check` says no. For load balancers, who have no
/// password: they tell no more than that.
class HealthCheck final : public Handler {
 public:
  struct Words {
    std::string_view good;
    std::string_view bad;
  };
  HealthCheck(std::function<bool()> check, Words words) : check_(std::move(check)), words_(words) {}
  void handle(const Request& request, Moment now, Reply reply) override;

 private:
  std::function<bool()> check_;
  Words words_;
};

}  // namespace halcyon::signald
