#include <unistd.h>

#include <cstdlib>
#include <ctime>
#include <iostream>
#include <string>
#include <vector>

#include "common/clock/clock.h"
#include "common/random/random.h"
#include "galenectl/commands.h"
#include "galenectl/curl_transport.h"
#include "galenectl/terminal.h"

namespace {

using namespace halcyon;
using namespace halcyon::galenectl;

std::optional<std::string> default_config_path() {
  constexpr char kName[] = "/galene/galenectl.json";
  const char* config = std::getenv("XDG_CONFIG_HOME");
  if (config != nullptr && *config != '\0') return std::string(config) + kName;
  const char* home = std::getenv("HOME");
  if (home == nullptr || *home == '\0') return std::nullopt;
  return std::string(home) + "/.config" + kName;
}

int local_utc_offset(WallTime now) {
  const std::time_t seconds = now.unix_seconds();
  std::tm local{};
  localtime_r(&seconds, &local);
  return static_cast<int>(local.tm_gmtoff);
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  CurlTransport transport;
  SecureRandom random;
  const WallTime now = wall_now();
  Environment environment{.out = std::cout,
                          .err = std::cerr,
                          .transport = transport,
                          .random = random,
                          .now = now,
                          .utc_offset_seconds = local_utc_offset(now),
                          .ask_password = ask_password,
                          .read_standard_input = read_standard_input,
                          .read_file = read_file,
                          .create_file = create_file,
                          .remove_file = [](const std::string& path) { unlink(path.c_str()); },
                          .default_config_path = default_config_path(),
                          .has_onlooker = isatty(STDERR_FILENO) != 0,
                          .show_progress = progress_line()};
  return run_tool(environment, words);
}
