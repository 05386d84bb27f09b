#include "signald/statistics/statistics_handlers.h"

#include <doctest/doctest.h>

#include <optional>

#include "common/encoding/base64.h"
#include "tests/unit/signald/auth/memory_token_storage.h"
#include "tests/unit/signald/config/memory_files.h"
#include "tests/unit/signald/session/fakes.h"
#include "tests/unit/signald/statistics/metrics_format.h"

using namespace halcyon;
using namespace halcyon::signald;

namespace {

constexpr Moment kNow{Timestamp::from_ms(1000), WallTime{1'700'000'000'000'000}};

struct FixedStatistics final : ServerStatisticsSource {
  ServerStatistics server_statistics() override {
    ServerStatistics s;
    s.groups = 42;
    return s;
  }
};

struct Answer {
  int status = 0;
  Headers headers;
  std::string body;
};

Answer ask(Handler& handler, const Request& request) {
  std::optional<Response> given;
  handler.handle(request, kNow, [&](Response response) { given = std::move(response); });
  REQUIRE(given);
  Answer answer{given->status, given->headers, ""};
  for (const BodyPart& part : given->body) answer.body += std::get<std::string>(part);
  return answer;
}

Request request_of(Method method, const std::string& authorization = "",
                   const char* ip = "192.0.2.1") {
  Request request;
  request.method = method;
  request.peer = *SocketAddress::parse(ip, 1);
  if (!authorization.empty()) request.headers.add("authorization", authorization);
  return request;
}

std::string basic(const std::string& text) {
  return "Basic " +
         base64_encode({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

struct World {
  World() {
    files.write("config.json", R"({"users":{"chief":{"password":"c","permissions":"admin"}}})");
  }
  MemoryFiles files;
  ConfigFile config{files, "config.json"};
  GroupFiles groups{files, "groups"};
  MemoryTokenStorage storage;
  TokenStore tokens{storage};
  SynchronousVerifier passwords;
  AdminAuthoriser authoriser{{config, groups, tokens, passwords}};
  FixedStatistics source;
};

}  // namespace

TEST_CASE("/stats.json is for administrators, and browsers ask for a password") {
  World w;
  StatisticsFile file(w.authoriser, [] { return std::vector<GroupReport>{{"g", {}}}; });
  const Answer stranger = ask(file, request_of(Method::kGet));
  CHECK(stranger.status == 401);
  CHECK(stranger.headers.get("www-authenticate").starts_with("basic realm="));
  CHECK(ask(file, request_of(Method::kGet, basic("chief:wrong"))).status == 401);
  const Answer admin = ask(file, request_of(Method::kGet, basic("chief:c")));
  CHECK(admin.status == 200);
  CHECK(admin.body == "[{\"name\":\"g\"}]\n");
  CHECK(admin.headers.get("content-type") == "application/json");
  CHECK(admin.headers.get("cache-control") == "no-cache");
  CHECK(ask(file, request_of(Method::kPost, basic("chief:c"))).status == 405);
  CHECK(ask(file, request_of(Method::kPost)).status == 401);
}

TEST_CASE("/metrics answers those who may read it, and tells the others what they lack") {
  World w;
  Metrics open(w.source, w.files, {});
  const Answer here = ask(open, request_of(Method::kGet, "", "127.0.0.1"));
  CHECK(here.status == 200);
  CHECK(here.headers.get("content-type") == "text/plain; version=0.0.4; charset=utf-8");
  CHECK(read_metrics(here.body).samples.at("halcyon_groups") == 42);
  const Answer there = ask(open, request_of(Method::kGet));
  CHECK(there.status == 403);
  CHECK(there.body.find("-metrics-allow") != std::string::npos);
  CHECK(ask(open, request_of(Method::kPost, "", "127.0.0.1")).status == 405);

  w.files.write("token", "t0ken");
  Metrics guarded(w.source, w.files, {{}, "token"});
  const Answer without = ask(guarded, request_of(Method::kGet, "", "127.0.0.1"));
  CHECK(without.status == 401);
  CHECK(without.headers.get("www-authenticate").starts_with("Bearer"));
  CHECK(ask(guarded, request_of(Method::kGet, "Bearer t0ken")).status == 200);
}

TEST_CASE("health checks answer anybody with 200 or 503") {
  bool room = false;
  HealthCheck ready([&] { return room; }, {"ready", "no room"});
  const Answer no = ask(ready, request_of(Method::kGet));
  CHECK(no.status == 503);
  CHECK(no.body == "no room\n");
  CHECK(no.headers.get("cache-control") == "no-cache");
  room = true;
  CHECK(ask(ready, request_of(Method::kHead)).status == 200);
  CHECK(ask(ready, request_of(Method::kDelete)).status == 405);
}
