#include "signald/turn/turn_server.h"

#include <doctest/doctest.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "common/clock/clock.h"

using namespace halcyon;
using namespace halcyon::signald;

namespace {

/// A folder that stands first in $PATH, with a program of our own in place of coturn.
struct Bench {
  Bench() {
    char name[] = "/tmp/halcyon-turn-XXXXXX";
    folder = mkdtemp(name);
    old_path = getenv("PATH");
    setenv("PATH", (folder + ":" + old_path).c_str(), 1);
  }
  ~Bench() {
    server.reset();
    setenv("PATH", old_path.c_str(), 1);
    std::filesystem::remove_all(folder);
  }
  void program(const std::string& text) const {
    const std::string path = folder + "/turnserver";
    std::ofstream(path) << "#!/bin/sh\n" << text;
    chmod(path.c_str(), 0755);
  }
  std::string read(const std::string& file) const {
    std::ifstream in(folder + "/" + file);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
  }
  void open(const TurnMode& mode) {
    server = std::make_unique<TurnServer>(
        loop, random, TurnServerOptions{.mode = mode, .announce = {}, .directory = folder});
  }
  bool wait(std::function<bool()> until) {
    uv::Timer poll(loop, [&] {
      if (until()) loop.stop();
    });
    uv::Timer limit(loop, [&] { loop.stop(); });
    poll.start_repeating(TimeDelta::millis(2));
    limit.start_once(TimeDelta::seconds(10));
    if (!until()) loop.run();
    return until();
  }
  void stop() {
    bool stopped = false;
    server->stop([&] { stopped = true; });
    CHECK(wait([&] { return stopped; }));
  }

  std::string folder, old_path;
  uv::Loop loop;
  SeededRandom random{1};
  std::unique_ptr<TurnServer> server;
};

Moment moment() { return {monotonic_now(), wall_now()}; }

const TurnMode kOnLoopback{TurnMode::Kind::kOn, "127.0.0.1", 4000};

constexpr const char* kServes = "echo \"$*\" > \"${0%/*}/arguments\"\nexec sleep 1000\n";

}  // namespace

TEST_CASE("it runs with its secret in a private file, and clients are told of it") {
  Bench bench;
  bench.program(kServes);
  bench.open(kOnLoopback);
  CHECK_FALSE(bench.server->ice_server(moment()));
  bench.server->file_is_present(true, moment());
  REQUIRE(bench.server->running());
  REQUIRE(bench.wait([&] { return bench.read("arguments").ends_with("\n"); }));
  CHECK(bench.read("arguments") == "-c " + bench.folder + "/turnserver.conf\n");

  const std::string configuration = bench.read("turnserver.conf");
  const std::size_t start = configuration.find("static-auth-secret=");
  REQUIRE(start != std::string::npos);
  const std::string secret = configuration.substr(start + 19, 64);
  struct stat facts {};
  stat((bench.folder + "/turnserver.conf").c_str(), &facts);
  CHECK((facts.st_mode & 0777) == 0600);

  const Moment now{Timestamp::from_ms(1000), WallTime{1'700'000'000'000'000}};
  const auto entry = bench.server->ice_server(now);
  REQUIRE(entry);
  CHECK(entry->urls ==
        std::vector<std::string>{"turn:127.0.0.1:4000", "turn:127.0.0.1:4000?transport=tcp"});
  CHECK(entry->username == "1700086400");
  CHECK(*entry->credential.as_string() == make_turn_credentials(secret, "", now.wall).password);
  bench.stop();
  CHECK_FALSE(bench.server->running());
  CHECK_FALSE(bench.server->ice_server(now));
}

TEST_CASE("credentials stay the same for two minutes") {
  Bench bench;
  bench.program(kServes);
  bench.open(kOnLoopback);
  bench.server->file_is_present(false, moment());
  const auto at = [&](int seconds) {
    return bench.server
        ->ice_server({Timestamp::from_ms(seconds * 1000), WallTime{seconds * 1'000'000}})
        ->username;
  };
  const std::string first = at(10);
  CHECK(at(129) == first);
  CHECK(at(130) == "86530");
  bench.stop();
}

TEST_CASE("one that ends is started again with the same secret") {
  Bench bench;
  bench.program(
      "echo started >> \"${0%/*}/starts\"\n[ -e \"${0%/*}/stay\" ] && exec sleep 1000\n"
      "touch \"${0%/*}/stay\"\necho why it failed\nexit 3\n");
  bench.open(kOnLoopback);
  bench.server->file_is_present(false, moment());
  const std::string before = bench.read("turnserver.conf");
  CHECK(bench.wait([&] { return bench.read("starts") == "started\nstarted\n"; }));
  CHECK(bench.server->restarts() == 1);
  CHECK(bench.read("turnserver.conf") == before);
  CHECK(bench.server->ice_server(moment()));
  bench.stop();
}

TEST_CASE("one that ignores SIGTERM is killed") {
  Bench bench;
  bench.program("trap '' TERM\ntouch \"${0%/*}/ready\"\nwhile :; do sleep 0.05; done\n");
  bench.open(kOnLoopback);
  bench.server->file_is_present(false, moment());
  REQUIRE(bench.wait([&] { return std::filesystem::exists(bench.folder + "/ready"); }));
  bench.stop();
}

TEST_CASE("without the program, and where it is switched off, nothing runs and nothing fails") {
  Bench bench;
  setenv("PATH", bench.folder.c_str(), 1);
  REQUIRE(find_program("turnserver").empty());
  bench.open(kOnLoopback);
  bench.server->file_is_present(false, moment());
  CHECK_FALSE(bench.server->running());
  CHECK_FALSE(bench.server->ice_server(moment()));
  bench.stop();
  bench.program(kServes);
  bench.open(TurnMode{TurnMode::Kind::kOff});
  bench.server->file_is_present(false, moment());
  CHECK_FALSE(bench.server->running());
  bench.open(TurnMode{TurnMode::Kind::kOn, "no-such-host.invalid", 4000});
  bench.server->file_is_present(false, moment());
  CHECK_FALSE(bench.server->running());
  bench.stop();
}

TEST_CASE("where another program has the port it waits until that has gone") {
  Bench bench;
  bench.program(kServes);
  const int other = ::socket(AF_INET, SOCK_DGRAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_ANY);  // on all addresses, a port of the system's choice
  socklen_t length = sizeof address;
  REQUIRE(::bind(other, reinterpret_cast<sockaddr*>(&address), length) == 0);
  REQUIRE(::getsockname(other, reinterpret_cast<sockaddr*>(&address), &length) == 0);
  bench.open(TurnMode{TurnMode::Kind::kOn, "127.0.0.1", ntohs(address.sin_port)});
  bench.server->file_is_present(false, moment());
  CHECK_FALSE(bench.server->running());
  CHECK_FALSE(bench.server->ice_server(moment()));
  ::close(other);
  bench.server->file_is_present(false, moment());
  CHECK(bench.server->running());
  bench.stop();
}

TEST_CASE("auto means: while there is no file of servers") {
  Bench bench;
  bench.program(kServes);
  // Auto with an address, so that the test needs no public one.
  bench.open(TurnMode{TurnMode::Kind::kAuto, "127.0.0.1", 4000});
  bench.server->file_is_present(false, moment());
  CHECK(bench.server->running());
  bench.server->file_is_present(true, moment());
  CHECK_FALSE(bench.server->running());
  // Asked for again while the last one is still ending.
  bench.server->file_is_present(false, moment());
  CHECK(bench.wait([&] { return bench.server->running(); }));
  bench.stop();
}
