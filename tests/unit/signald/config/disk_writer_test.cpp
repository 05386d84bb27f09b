#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "signald/config/file_writer.h"
#include "tests/unit/temporary_directory.h"

using namespace halcyon;
using namespace halcyon::signald;
namespace fs = std::filesystem;

namespace {

std::string operator/(const TemporaryDirectory& directory, const std::string& name) {
  return directory.path() / name;
}

std::string text_of(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

unsigned mode_of(const std::string& path) {
  struct stat info = {};
  REQUIRE(::stat(path.c_str(), &info) == 0);
  return info.st_mode & 0777u;
}

}  // namespace

TEST_CASE("a file is made with its directories, all private") {
  const TemporaryDirectory directory;
  DiskWriter writer;
  REQUIRE(writer.replace(directory / "a/b/c.json", "text"));
  CHECK(text_of(directory / "a/b/c.json") == "text");
  CHECK(mode_of(directory / "a") == 0700);
  CHECK(mode_of(directory / "a/b") == 0700);
  CHECK(mode_of(directory / "a/b/c.json") == 0600);
}

TEST_CASE("replacing makes a public file private, and a link a file") {
  const TemporaryDirectory directory;
  DiskWriter writer;
  std::ofstream(directory / "target") << "target";
  fs::create_symlink("target", directory / "link");
  std::ofstream(directory / "open") << "open";
  fs::permissions(directory / "open", fs::perms::all);
  REQUIRE(writer.replace(directory / "link", "new"));
  REQUIRE(writer.replace(directory / "open", "new"));
  CHECK(fs::is_regular_file(fs::symlink_status(directory / "link")));
  CHECK(text_of(directory / "target") == "target");
  CHECK(mode_of(directory / "open") == 0600);
}

TEST_CASE(
    "every replacement changes the stamp, also when the file is as long and the clock stands") {
  const TemporaryDirectory directory;
  DiskWriter writer;
  DiskFiles files;
  const std::string path = directory / "a";
  REQUIRE(writer.replace(path, "0"));
  auto before = files.stat(path);
  for (int i = 0; i < 50; ++i) {
    REQUIRE(writer.replace(path, std::to_string(i % 10)));
    const auto after = files.stat(path);
    REQUIRE(after);
    CHECK(after->mtime_ns > before->mtime_ns);
    before = after;
  }
}

TEST_CASE("what cannot be written leaves no temporary file behind") {
  const TemporaryDirectory directory;
  DiskWriter writer;
  fs::create_directory(directory / "taken");
  fs::create_directory(directory / "taken/full");
  CHECK_FALSE(writer.replace(directory / "taken", "text"));
  std::ofstream(directory / "file") << "file";
  CHECK_FALSE(writer.replace(directory / "file/below", "text"));
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry : fs::directory_iterator(directory / "")) ++count;
  CHECK(count == 2);
}

TEST_CASE("removing tells what was not there") {
  const TemporaryDirectory directory;
  DiskWriter writer;
  REQUIRE(writer.replace(directory / "a", "text"));
  CHECK(writer.remove(directory / "a"));
  const auto again = writer.remove(directory / "a");
  REQUIRE_FALSE(again);
  CHECK(again.error().kind == FileError::Kind::kMissing);
}
