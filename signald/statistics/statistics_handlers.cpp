#include "signald/statistics/statistics_handlers.h"

#include <utility>

#include "signald/http/error_response.h"
#include "signald/json/json_writer.h"
#include "signald/statistics/metrics.h"
#include "signald/statistics/metrics_writer.h"

namespace halcyon::signald {
namespace {

constexpr std::string_view kReadMethods = "GET, HEAD";

bool is_read(const Request& request) {
  return request.method == Method::kGet || request.method == Method::kHead;
}

Response uncached_text(int status, std::string_view type, std::string text) {
  Response response;
  response.status = status;
  response.headers.add("content-type", type);
  response.headers.add("cache-control", "no-cache");
  response.body.emplace_back(std::move(text));
  return response;
}

}  // namespace

void GroupStatisticsResource::answer(const ApiCall& /*call*/, Reply reply) {
  reply(json_response(write_json(to_json(reports_(), ReportDetail::kCompatible))));
}

void ServerStatisticsResource::answer(const ApiCall& /*call*/, Reply reply) {
  reply(json_response(write_json(to_json(source_.server_statistics()))));
}

void StatisticsFile::handle(const Request& request, Moment now, Reply reply) {
  const bool read = is_read(request);
  authoriser_.root(request, now,
                   [this, read, reply = std::move(reply)](AdminVerdict verdict, Moment) {
                     if (verdict != AdminVerdict::kAdmitted) return reply(admin_refusal(verdict));
                     if (!read) return reply(method_not_allowed(kReadMethods));
                     reply(json_response(write_json(to_json(reports_(), ReportDetail::kFull))));
                   });
}

void Metrics::handle(const Request& request, Moment /*now*/, Reply reply) {
  if (!is_read(request)) return reply(method_not_allowed(kReadMethods));
  switch (judge(access_, request, files_)) {
    case MetricsVerdict::kAdmitted:
      return reply(uncached_text(200, MetricsWriter::kContentType,
                                 metrics_text(source_.server_statistics())));
    case MetricsVerdict::kNoToken: {
      Response response = text_error(401, "metrics need the token of -metrics-token-file");
      response.headers.add("www-authenticate", "Bearer realm=\"metrics\"");
      return reply(std::move(response));
    }
    case MetricsVerdict::kWrongAddress:
      return reply(text_error(403, "not for this address: see -metrics-allow"));
  }
}

void HealthCheck::handle(const Request& request, Moment /*now*/, Reply reply) {
  if (!is_read(request)) return reply(method_not_allowed(kReadMethods));
  const bool good = check_();
  reply(uncached_text(good ? 200 : 503, "text/plain; charset=utf-8",
                      std::string(good ? words_.good : words_.bad) + "\n"));
}

}  // namespace halcyon::signald
