#include "signald/statistics/metrics_access.h"

#include <doctest/doctest.h>

#include "tests/unit/signald/config/memory_files.h"

using namespace halcyon;
using namespace halcyon::signald;

namespace {

Request from(const char* ip,
             std::initializer_list<std::pair<const char*, const char*>> fields = {}) {
  Request request;
  if (*ip != '\0') request.peer = *SocketAddress::parse(ip, 4000);
  for (const auto& [name, value] : fields) request.headers.add(name, value);
  return request;
}

struct Bench {
  MemoryFiles files;
  MetricsAccess access;
  MetricsVerdict judge(const Request& request) {
    return halcyon::signald::judge(access, request, files);
  }
};

}  // namespace

TEST_CASE("without flags only this host may read metrics") {
  Bench b;
  CHECK(b.judge(from("127.0.0.1")) == MetricsVerdict::kAdmitted);
  CHECK(b.judge(from("::1")) == MetricsVerdict::kAdmitted);
  CHECK(b.judge(from("::ffff:127.0.0.1")) == MetricsVerdict::kAdmitted);
  CHECK(b.judge(from("192.0.2.1")) == MetricsVerdict::kWrongAddress);
  CHECK(b.judge(from("")) == MetricsVerdict::kWrongAddress);  // by a Unix socket
}

TEST_CASE("what a proxy of this host passes on does not come from this host") {
  Bench b;
  for (const char* field : {"x-forwarded-for", "forwarded", "via", "x-real-ip"}) {
    CHECK(b.judge(from("127.0.0.1", {{field, "1.2.3.4"}})) == MetricsVerdict::kWrongAddress);
  }
}

TEST_CASE("the token lets anybody in, and may change") {
  Bench b;
  b.access.token_file = "token";
  const auto bearer = [](const char* value) {
    return from("192.0.2.1", {{"authorization", value}});
  };
  CHECK(b.judge(bearer("Bearer secret")) == MetricsVerdict::kNoToken);  // there is no file
  b.files.write("token", "secret\n");
  CHECK(b.judge(bearer("Bearer secret")) == MetricsVerdict::kAdmitted);
  CHECK(b.judge(bearer("bearer  secret ")) == MetricsVerdict::kAdmitted);
  for (const char* wrong : {"Bearer secre", "Bearer secret2", "Bearer Secret", "Bearer", "Bearer ",
                            "secret", "Basic secret", ""}) {
    CHECK_MESSAGE(b.judge(bearer(wrong)) == MetricsVerdict::kNoToken, wrong);
  }
  CHECK(b.judge(from("192.0.2.1", {{"authorization", "Bearer secret"}, {"via", "x"}})) ==
        MetricsVerdict::kAdmitted);
  b.files.write("token", "other");
  CHECK(b.judge(bearer("Bearer secret")) == MetricsVerdict::kNoToken);
  b.files.write("token", " \n");
  CHECK(b.judge(bearer("Bearer ")) == MetricsVerdict::kNoToken);
  CHECK(b.judge(from("127.0.0.1")) == MetricsVerdict::kAdmitted);
}

TEST_CASE("a list of addresses replaces the default, and may be empty") {
  Bench b;
  b.access.addresses = *parse_address_ranges("192.0.2.0/24, 2001:db8::1");
  CHECK(b.judge(from("192.0.2.9")) == MetricsVerdict::kAdmitted);
  CHECK(b.judge(from("2001:db8::1")) == MetricsVerdict::kAdmitted);
  CHECK(b.judge(from("127.0.0.1")) == MetricsVerdict::kWrongAddress);
  CHECK(parse_address_ranges("")->empty());
  for (const char* bad : {"localhost", "192.0.2.0/24,,::1", "1.2.3.4/40"}) {
    CHECK_MESSAGE(!parse_address_ranges(bad), bad);
  }
}
