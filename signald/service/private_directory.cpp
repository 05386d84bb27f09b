#include "signald/service/private_directory.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>

namespace halcyon::signald {

ResultOr<std::unique_ptr<PrivateDirectory>> PrivateDirectory::make() {
  const char* runtime = std::getenv("XDG_RUNTIME_DIR");
  const char* temporary = std::getenv("TMPDIR");
  for (const char* parent : {runtime, temporary, "/tmp"}) {
    if (parent == nullptr || *parent == '\0') continue;
    std::string path = std::string(parent) + "/halcyon-XXXXXX";
    if (::mkdtemp(path.data()) != nullptr) {
      return std::unique_ptr<PrivateDirectory>(new PrivateDirectory(std::move(path)));
    }
  }
  return fail(
      std::string("cannot make a private directory in $XDG_RUNTIME_DIR, $TMPDIR or /tmp: ") +
      std::strerror(errno));
}

PrivateDirectory::~PrivateDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace halcyon::signald
