#include <doctest/doctest.h>

#include <string>

#include "signald/config/file_reader.h"
#include "tests/unit/temporary_directory.h"

using namespace halcyon;
using namespace halcyon::signald;

TEST_CASE(
    "what cannot be there is missing, whether its directory is none or its name is too long") {
  const TemporaryDirectory directory;
  directory.write("team.json", "{}");
  DiskFiles files;
  const std::string below = (directory.path() / "team.json/x.json").string();
  const std::string none = (directory.path() / "none/x.json").string();
  const std::string endless = (directory.path() / std::string(300, 'x')).string();
  for (const std::string& path : {below, none, endless}) {
    CAPTURE(path);
    REQUIRE_FALSE(files.stat(path).has_value());
    CHECK(files.stat(path).error().kind == FileError::Kind::kMissing);
    REQUIRE_FALSE(files.read(path, 100).has_value());
    CHECK(files.read(path, 100).error().kind == FileError::Kind::kMissing);
  }
}
