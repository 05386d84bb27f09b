#include "signald/ice/ice_configuration.h"

#include <doctest/doctest.h>

#include "signald/json/json_writer.h"
#include "tests/unit/signald/config/memory_files.h"

using namespace halcyon;
using namespace halcyon::signald;

namespace {

constexpr const char* kPath = "data/ice-servers.json";
constexpr const char* kSecretEntry =
    R"([{"urls":["turn:a:1"],"credential":"s","credentialType":"hmac-sha1"}])";

Moment at(std::int64_t seconds) {
  return {Timestamp::from_ms(seconds * 1000), WallTime{(1'700'000'000 + seconds) * 1'000'000}};
}

struct FakeTurn final : TurnService {
  void file_is_present(bool is_present, Moment) override { present = is_present; }
  std::optional<IceServer> ice_server(Moment) override { return server; }
  std::optional<bool> present;
  std::optional<IceServer> server;
};

std::string text(IceConfiguration& ice, std::int64_t seconds) {
  return write_json(ice.rtc_configuration(at(seconds)));
}

}  // namespace

TEST_CASE("without file and TURN server the configuration is an empty object") {
  MemoryFiles files;
  IceConfiguration ice(files, kPath, nullptr, MediaPath::kAny);
  CHECK(text(ice, 0) == "{}");
}

TEST_CASE("relay-only is told to clients, with and without servers") {
  MemoryFiles files;
  IceConfiguration ice(files, kPath, nullptr, MediaPath::kRelayOnly);
  CHECK(text(ice, 0) == R"({"iceTransportPolicy":"relay"})");
  files.write(kPath, R"([{"urls":["stun:a"]}])");
  CHECK(
      text(ice, 1) ==
      R"({"iceServers":[{"urls":["stun:a"],"credentialType":"password"}],"iceTransportPolicy":"relay"})");
}

TEST_CASE("credentials stay the same for two minutes and are then made anew") {
  MemoryFiles files;
  files.write(kPath, kSecretEntry);
  IceConfiguration ice(files, kPath, nullptr, MediaPath::kAny);
  const std::string first = text(ice, 0);
  CHECK(first.find("\"1700086400\"") != std::string::npos);
  CHECK(text(ice, 119) == first);
  CHECK(text(ice, 120).find("\"1700086520\"") != std::string::npos);
  CHECK(files.reads() == 1);
}

TEST_CASE("a changed file counts at once, a deleted one too") {
  MemoryFiles files;
  files.write(kPath, R"([{"urls":["stun:a"]}])");
  IceConfiguration ice(files, kPath, nullptr, MediaPath::kAny);
  CHECK(text(ice, 0).find("stun:a") != std::string::npos);
  files.write(kPath, R"([{"urls":["stun:b"]}])");
  CHECK(text(ice, 1).find("stun:b") != std::string::npos);
  files.remove(kPath);
  CHECK(text(ice, 2) == "{}");
}

TEST_CASE("our own TURN server comes after the external ones") {
  MemoryFiles files;
  files.write(kPath, R"([{"urls":["stun:a"]}])");
  FakeTurn turn;
  IceConfiguration ice(files, kPath, &turn, MediaPath::kAny);
  CHECK(ice.servers(at(0)).size() == 1);
  turn.server = IceServer{{"turn:192.0.2.1:1194"}, "u", "p"};
  REQUIRE(ice.servers(at(1)).size() == 2);
  CHECK(ice.servers(at(1))[1].urls[0] == "turn:192.0.2.1:1194");
}

TEST_CASE("the TURN server learns whether the file is there; one that cannot be used counts") {
  MemoryFiles files;
  FakeTurn turn;
  IceConfiguration ice(files, kPath, &turn, MediaPath::kAny);
  ice.servers(at(0));
  CHECK(turn.present == false);
  for (const char* content : {"[]", "not JSON"}) {
    files.write(kPath, content);
    ice.servers(at(1));
    CHECK(turn.present == true);
  }
  files.make_unreadable(kPath);
  ice.servers(at(2));
  CHECK(turn.present == true);
  files.remove(kPath);
  ice.servers(at(3));
  CHECK(turn.present == false);
}
