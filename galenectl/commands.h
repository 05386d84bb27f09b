#pragma once

#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/random/random.h"
#include "common/result/error.h"
#include "common/units/time.h"
#include "galenectl/api_client.h"
#include "galenectl/command_line.h"
#include "galenectl/exit_status.h"
#include "galenectl/tool_config.h"

namespace halcyon::galenectl {

/// Everything outside that a command may touch, so that tests can stand in for it.
struct Environment {
  std::ostream& out;
  std::ostream& err;
  HttpTransport& transport;
  RandomSource& random;
  WallTime now;
  int utc_offset_seconds = 0;  // of the local zone
  /// Asks without echo; an error when there is nobody to ask.
  std::function<ResultOr<std::string>(const std::string& prompt)> ask_password;
  std::function<std::string()> read_standard_input;
  std::function<ResultOr<std::string>(const std::string& path)> read_file;
  /// Creates a file that must not exist, mode 0600, and its folder, mode 0700, when `make_folder`.
  std::function<ResultOr<void>(const std::string& path, const std::string& text, bool make_folder)>
      create_file;
  std::function<void(const std::string& path)> remove_file;
  /// Where the tool's configuration is by default; nothing when HOME is not set.
  std::optional<std::string> default_config_path;
  /// Whether somebody looks at standard error: then errors get a line with advice.
  bool has_onlooker = false;
  /// Told before each request of a long series; may be empty.
  std::function<void(std::size_t done, std::size_t total)> show_progress;
};

/// What a command is run with.
struct Invocation {
  Environment& environment;
  ToolConfig config;        // file and global options joined
  std::string config_path;  // of the tool's own file
  bool json = false;        // -json before the command, or after one that prints: for scripts
  const Options& options;
  std::vector<std::string> patterns;
};

/// What may stand behind a command's options.
enum class Words { kNone, kGroupPatterns, kUserPatterns, kShell };

/// Whether a command understands -json as "print JSON"; with others it means input, or nothing.
enum class JsonOutput : bool { kNo, kYes };

struct Command {
  std::string name;
  std::string summary;  // one line
  std::vector<OptionSpec> options;
  Words words = Words::kNone;
  /// An error is printed by the caller with a date; usage problems are printed without one.
  std::function<int(Invocation&)> run;
  JsonOutput json_output = JsonOutput::kNo;
};

/// In alphabetical order.
const std::vector<Command>& commands();
/// What stands before the command.
const std::vector<OptionSpec>& global_options();

/// Runs the tool; `words` are its arguments without the program's name.
int run_tool(Environment& environment, std::vector<std::string> words);

/// "2026/07/28 15:52:24 Create group: HTTP error: …" on standard error; gives the error's status.
int report(Environment& environment, const std::string& label, const ApiError& error);
/// The same of what is not the server's; gives kFailure.
int report(Environment& environment, const std::string& label, const std::string& cause);
/// The same without a label.
int report(Environment& environment, const std::string& cause);
/// A usage problem, without a date; gives kUsage.
int complain(Environment& environment, const std::string& text);

}  // namespace halcyon::galenectl
