#include "mediad/command_line.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace halcyon::mediad {
namespace {

CommandLine parse(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "mediad");
  std::vector<char*> argv;
  for (auto& a : arguments) argv.push_back(a.data());
  return parse_command_line(static_cast<int>(argv.size()), argv.data());
}

TEST_CASE("flags are read with one dash and with two, with a space and with an equals sign") {
  for (const auto& arguments :
       {std::vector<std::string>{"-ipc", "/run/s", "-name", "3", "-udp-port", "4000", "-log-level",
                                 "debug"},
        std::vector<std::string>{"--ipc=/run/s", "--name=3", "--udp-port=4000",
                                 "--log-level=debug"},
        std::vector<std::string>{"-ipc=/run/s", "-name=3", "-udp-port=4000", "-log-level=debug"}}) {
    const auto line = parse(arguments);
    REQUIRE(line.options);
    CHECK(line.options->ipc_path == "/run/s");
    CHECK(line.options->name == "3");
    CHECK(line.options->udp_port == 4000);
    CHECK(line.options->log_level == LogLevel::kDebug);
    CHECK_FALSE(line.options->tcp_port);
    CHECK(line.options->tcp);
  }
}

TEST_CASE("several addresses may be announced") {
  const auto line = parse({"-ipc", "x", "-name", "0", "-announce", "192.0.2.1,2001:db8::1"});
  REQUIRE(line.options);
  REQUIRE(line.options->announced.size() == 2);
  CHECK(line.options->announced[1].ip() == "2001:db8::1");
}

TEST_CASE("wrong flags end with status 2") {
  const std::vector<std::string> good = {"-ipc", "x", "-name", "0"};
  const std::vector<std::vector<std::string>> wrong = {
      {"-nonsense"},
      {"-udp-port", "x"},
      {"-udp-port", "70000"},
      {"-announce", "nowhere"},
      {"-log-level", "loud"},
      {"-tcp-port", "-5"},
      {"surplus"},
  };
  for (const auto& extra : wrong) {
    auto arguments = good;
    arguments.insert(arguments.end(), extra.begin(), extra.end());
    const auto line = parse(arguments);
    CHECK_FALSE(line.options);
    CHECK(line.exit_status == 2);
  }
  CHECK(parse({}).exit_status == 2);
  CHECK(parse({"-ipc", "x"}).exit_status == 2);
}

TEST_CASE("asking for help is no error") {
  const auto line = parse({"-help"});
  CHECK_FALSE(line.options);
  CHECK(line.exit_status == 0);
}

}  // namespace
}  // namespace halcyon::mediad
