#include "signald/service/installed_files.h"

#include <unistd.h>

#include <array>
#include <filesystem>
#include <system_error>

namespace halcyon::signald {
namespace {

namespace fs = std::filesystem;

bool is_directory(const std::string& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

bool is_program(const std::string& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored) && ::access(path.c_str(), X_OK) == 0;
}

std::string joined(const std::vector<std::string>& paths) {
  std::string out;
  for (const std::string& path : paths) {
    if (!out.empty()) out += ", ";
    out += path;
  }
  return out;
}

}  // namespace

std::string program_directory() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  return error ? "." : program.parent_path().string();
}

ResultOr<std::string> find_static_directory(const std::optional<std::string>& given,
                                            const std::string& program_directory) {
  if (given) {
    if (is_directory(*given)) return *given;
    return fail("no directory " + *given + " for the web client's files: check -static");
  }
  const std::vector<std::string> candidates = {"./static",
                                               program_directory + "/../../share/halcyon/web",
                                               program_directory + "/../../web/dist"};
  for (const std::string& candidate : candidates) {
    if (is_directory(candidate)) return candidate;
  }
  return fail("no web client's files in " + joined(candidates) +
              ": build them (npm run build in web/) or name their directory with -static");
}

ResultOr<std::string> find_mediad(const std::string& given, const std::string& program_directory) {
  if (!given.empty()) {
    if (is_program(given)) return given;
    return fail("no program " + given + ": check -mediad");
  }
  const std::vector<std::string> candidates = {program_directory + "/../mediad/mediad",
                                               program_directory + "/mediad",
                                               program_directory + "/../libexec/halcyon/mediad"};
  for (const std::string& candidate : candidates) {
    if (is_program(candidate)) return candidate;
  }
  return fail("no media worker program in " + joined(candidates) + ": name it with -mediad");
}

}  // namespace halcyon::signald
