#include "mediad/command_line.h"

#include <cctype>
#include <iostream>
#include <map>
#include <string_view>

#include <CLI/CLI.hpp>

namespace halcyon::mediad {
namespace {

constexpr int kUsageError = 2;

/// "-name" as Go's flag package writes it, for a parser that knows "--name" only.
std::string with_two_dashes(std::string_view argument) {
  const bool single = argument.size() > 2 && argument[0] == '-' && argument[1] != '-' &&
                      std::isalpha(static_cast<unsigned char>(argument[1])) != 0;
  return single ? "-" + std::string(argument) : std::string(argument);
}

std::optional<std::vector<SocketAddress>> parse_addresses(const std::vector<std::string>& texts) {
  std::vector<SocketAddress> addresses;
  for (const std::string& text : texts) {
    const auto address = SocketAddress::parse(text, 0);
    if (!address) return std::nullopt;
    addresses.push_back(*address);
  }
  return addresses;
}

CommandLine refused(std::string_view why) {
  std::cerr << "mediad: " << why << " (mediad -help lists the flags)\n";
  return {std::nullopt, kUsageError};
}

}  // namespace

CommandLine parse_command_line(int argc, char** argv) {
  const std::map<std::string, LogLevel> levels = {{"error", LogLevel::kError},
                                                  {"warning", LogLevel::kWarning},
                                                  {"info", LogLevel::kInfo},
                                                  {"debug", LogLevel::kDebug}};
  WorkerOptions o;
  std::vector<std::string> announced;
  std::string log_level = "info";
  bool no_tcp = false;
  CLI::App app("Halcyon's media worker: moves packets, told by signald what goes where.", "mediad");
  app.set_help_flag("--help", "Print this help and exit");
  app.set_version_flag("--version", std::string("mediad ") + HALCYON_VERSION,
                       "Print the version and exit");
  app.add_option("--ipc", o.ipc_path, "Unix socket of signald")->required()->type_name("PATH");
  app.add_option("--name", o.name, "Name of this worker, unique on its host")
      ->required()
      ->type_name("NAME");
  app.add_option("--udp-port", o.udp_port, "UDP port for media, 0: any")->type_name("PORT");
  app.add_option("--tcp-port", o.tcp_port, "TCP port for media, 0: any; default: as UDP")
      ->type_name("PORT");
  app.add_flag("--no-tcp", no_tcp, "No media over TCP");
  app.add_option("--announce", announced,
                 "Address that clients reach this host by, instead of its own")
      ->type_name("IP")
      ->delimiter(',');
  app.add_option("--log-level", log_level, "error, warning, info or debug")->type_name("LEVEL");
  app.add_flag("--keep-retrying", o.keep_retrying,
               "Wait for signald for ever instead of 30 seconds");

  std::vector<std::string> arguments;
  for (int i = argc - 1; i > 0; --i) arguments.push_back(with_two_dashes(argv[i]));
  try {
    app.parse(arguments);
  } catch (const CLI::Success& help) {
    return {std::nullopt, app.exit(help)};
  } catch (const CLI::ParseError& error) {
    return refused(error.what());
  }
  const auto addresses = parse_addresses(announced);
  if (!addresses) return refused("-announce takes numeric IP addresses");
  const auto level = levels.find(log_level);
  if (level == levels.end()) return refused("-log-level takes error, warning, info or debug");
  o.log_level = level->second;
  if (o.ipc_path.empty() || o.name.empty()) return refused("-ipc and -name must not be empty");
  o.announced = *addresses;
  o.tcp = !no_tcp;
  return {std::move(o), 0};
}

}  // namespace halcyon::mediad
