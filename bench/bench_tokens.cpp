// What tokens cost: reading ten thousand of them, and one login with each kind.

#include <fmt/format.h>
#include <stdlib.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "bench/process_cpu.h"
#include "common/clock/clock.h"
#include "common/random/random.h"
#include "signald/auth/token_store.h"
#include "signald/config/config_file.h"
#include "signald/config/rtc_configuration.h"
#include "signald/groups/file_groups.h"
#include "signald/json/json_reader.h"
#include "signald/json/json_writer.h"
#include "signald/session/signalling_server.h"
#include "tests/unit/signald/session/fakes.h"

namespace halcyon::bench {
namespace {

using namespace halcyon::signald;

constexpr const char* kGroup = "g";

/// A line of the results: kind of token, and the microseconds of CPU.
void print(const std::string& what, double us, const char* goal) {
  fmt::print("{:<38} {:>10.1f} µs   (goal: {})\n", what, us, goal);
}

class TokenBench {
 public:
  TokenBench(std::string directory, std::size_t tokens, std::size_t logins)
      : directory_(std::move(directory)), count_(tokens), logins_(logins) {
    read_signed_tokens();
    write_group();
    write_tokens();
  }

  int run() {
    time_loading();
    SignallingServer server(
        {sink_, media_, groups_.directory(), verifier_, tokens_, config_, rtc_, random_});
    time_logins(server, "login with a stateful token", secrets_);
    for (const auto& [name, token] : signed_) {
      time_logins(server, "login with a JSON Web Token, " + name, {token});
    }
    return failed_ ? 1 : 0;
  }

 private:
  /// One right token of each algorithm, and all their keys.
  void read_signed_tokens() {
    std::ifstream file(HALCYON_SIGNATURES, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const auto rows = parse_json(text);
    for (const JsonValue& row : *rows->as_array()) {
      const JsonObject& object = *row.as_object();
      const std::string alg = *object.find("alg")->as_string();
      const bool is_new = std::none_of(signed_.begin(), signed_.end(),
                                       [&](const auto& known) { return known.first == alg; });
      if (is_new && *object.find("valid")->as_bool()) {
        signed_.emplace_back(alg, *object.find("token")->as_string());
        keys_.push_back(*object.find("key"));
      }
    }
  }

  void write_group() {
    std::filesystem::create_directories(directory_ + "/groups");
    JsonObject description;
    description.add("authKeys", keys_);
    std::ofstream(directory_ + "/groups/" + kGroup + ".json") << write_json(description);
  }

  void write_tokens() {
    std::string text;
    for (std::size_t i = 0; i < count_; ++i) {
      StatefulToken token;
      token.token = random_.base64url(8);
      token.group = kGroup;
      token.username = "guest " + std::to_string(i);
      token.permissions = {"present", "message"};
      token.expires = wall_now() + TimeDelta::seconds(86400);
      token.issued_at = wall_now();
      token.issued_by = "operator";
      text += write_json(write_stateful_token(token)) + "\n";
      secrets_.push_back(token.token);
    }
    if (!file_.replace(text)) {
      failed_ = true;
    }
  }

  void time_loading() {
    const std::uint64_t before = thread_cpu_ns();
    const Timestamp started = monotonic_now();
    const auto found = tokens_.count(kGroup);
    const double us = static_cast<double>((monotonic_now() - started).us());
    failed_ = failed_ || found != count_;
    print(fmt::format("reading {} tokens", count_), us, "100000 µs");
    fmt::print("{:<38} {:>10.1f} µs\n", "  of which CPU",
               static_cast<double>(thread_cpu_ns() - before) / 1e3);
  }

  void time_logins(SignallingServer& server, const std::string& what,
                   const std::vector<std::string>& secrets) {
    const std::uint64_t before = thread_cpu_ns();
    for (std::size_t i = 0; i < logins_; ++i) {
      login(server, secrets[i % secrets.size()]);
    }
    const double ns = static_cast<double>(thread_cpu_ns() - before);
    print(what, ns / 1e3 / static_cast<double>(logins_), "1000 µs");
  }

  /// A connection that shakes hands, joins and goes.
  void login(SignallingServer& server, const std::string& secret) {
    const ConnectionId id(++connections_);
    const Moment now{monotonic_now(), wall_now()};
    server.opened(id, *SocketAddress::parse("127.0.0.1", 5000), now);
    server.message(id, R"({"type":"handshake","version":["2"],"id":"c"})", now);
    server.message(
        id,
        fmt::format(R"({{"type":"join","kind":"join","group":"{}","token":"{}"}})", kGroup, secret),
        now);
    const GroupState* group = groups_.directory().find(kGroup);
    failed_ = failed_ || group == nullptr || group->member("c") == nullptr;
    server.closed(id, now);
    sink_.sent.clear();
  }

  std::string directory_;
  std::size_t count_;
  std::size_t logins_;
  SecureRandom random_;
  std::vector<std::string> secrets_;
  std::vector<std::pair<std::string, std::string>> signed_;  // algorithm, token
  JsonArray keys_;
  bool failed_ = false;
  std::uint64_t connections_ = 0;
  DiskFiles files_;
  ConfigFile config_{files_, directory_ + "/data/config.json"};
  FileGroups groups_{files_, directory_ + "/groups", config_};
  TokenFile file_{directory_ + "/data/var/tokens.jsonl"};
  TokenStore tokens_{file_};
  NoIceServers rtc_;
  SynchronousVerifier verifier_;
  FakeSink sink_;
  FakeMedia media_;
};

}  // namespace
}  // namespace halcyon::bench

int main(int argc, char** argv) {
  std::size_t tokens = 10'000;
  std::size_t logins = 1'000;
  CLI::App app("What tokens cost");
  app.add_option("--tokens", tokens, "Tokens in the file")->check(CLI::Range(1, 1'000'000));
  app.add_option("--logins", logins, "Logins of each kind")->check(CLI::Range(1, 1'000'000));
  CLI11_PARSE(app, argc, argv);
  char directory[] = "/tmp/halcyon-bench-XXXXXX";
  if (::mkdtemp(directory) == nullptr) {
    std::perror(directory);
    return 1;
  }
  const int status = halcyon::bench::TokenBench(directory, tokens, logins).run();
  std::filesystem::remove_all(directory);
  if (status != 0) {
    std::fputs("bench_tokens: a login failed\n", stderr);
  }
  return status;
}
