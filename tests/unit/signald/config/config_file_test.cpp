#include "signald/config/config_file.h"

#include <doctest/doctest.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/unit/signald/config/memory_files.h"
#include "tests/unit/signald/log_lines.h"

using namespace halcyon;
using namespace halcyon::signald;

TEST_CASE("a configuration file is read field by field") {
  const auto contents = parse_config(R"({
    "users":{"chief":{"password":"x","permissions":"admin"}},
    "canonicalHost":"meet.example.org:8443","writableGroups":true,"proxyURL":"/base",
    "allowOrigin":["https://app.example.org"],"ALLOWADMINORIGIN":["https://a","https://b"],
    "publicServer":true,"admin":[{"username":"x"}]})");
  REQUIRE(contents);
  CHECK(contents->config.canonical_host == "meet.example.org:8443");
  CHECK(contents->config.writable_groups);
  CHECK(contents->config.proxy_url == "/base");
  CHECK(contents->config.allow_origin == std::vector<std::string>{"https://app.example.org"});
  CHECK(contents->config.allow_admin_origin.size() == 2);
  CHECK(contents->config.public_server);
  CHECK(contents->users.at("chief").grant.role == "admin");
}

TEST_CASE("a configuration file with a mistake is refused and says which") {
  struct Row {
    const char* text;
    const char* mention;
  };
  const Row rows[] = {
      {R"({"writableGroup":true})", "writableGroup"},
      {R"({"writableGroups":"yes"})", "writableGroups"},
      {R"({"canonicalHost":1})", "canonicalHost"},
      {R"({"allowOrigin":"https://a"})", "allowOrigin"},
      {R"({"allowOrigin":[1]})", "allowOrigin"},
      {R"({"users":[]})", "users"},
      {R"({"users":{"bob":{"permissions":"chief"}}})", "bob"},
      {"[]", "object"},
      {"{", "line 1"},
      {"", "line 1"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const auto contents = parse_config(row.text);
    REQUIRE_FALSE(contents);
    CHECK(contents.error().message.find(row.mention) != std::string::npos);
  }
}

TEST_CASE("a missing configuration file means the defaults") {
  MemoryFiles files;
  ConfigFile config(files, "data/config.json");
  REQUIRE(config.current());
  CHECK_FALSE((*config.current())->writable_groups);
}

TEST_CASE("changes and deletion of the configuration file count at once") {
  MemoryFiles files;
  ConfigFile config(files, "data/config.json");
  files.write("data/config.json", R"({"writableGroups":true})");
  CHECK((*config.current())->writable_groups);
  files.write("data/config.json", R"({"writableGroups":false})");
  CHECK_FALSE((*config.current())->writable_groups);
  files.write("data/config.json", R"({"writableGroups":true})");
  CHECK((*config.current())->writable_groups);
  files.remove("data/config.json");
  CHECK_FALSE((*config.current())->writable_groups);
}

TEST_CASE("an unchanged configuration file is read once") {
  MemoryFiles files;
  ConfigFile config(files, "data/config.json");
  files.write("data/config.json", "{}");
  for (int i = 0; i < 5; ++i) {
    CHECK(config.current());
  }
  CHECK(files.reads() == 1);
}

TEST_CASE("an invalid configuration file is an error until it is mended") {
  MemoryFiles files;
  ConfigFile config(files, "data/config.json");
  files.write("data/config.json", "{");
  CHECK_FALSE(config.current());
  REQUIRE_FALSE(config.current());
  CHECK(config.current().error().message.starts_with("data/config.json: "));
  files.write("data/config.json", "{}");
  CHECK(config.current());
  files.write("data/config.json", "null");
  files.make_unreadable("data/config.json");
  CHECK_FALSE(config.current());
}

TEST_CASE("DiskFiles tells size, time, contents and entries of a directory") {
  char pattern[] = "/tmp/halcyon-test-XXXXXX";
  REQUIRE(::mkdtemp(pattern) != nullptr);
  const std::string root = pattern;
  std::ofstream(root + "/b.json") << "text";
  std::filesystem::create_directory(root + "/a");
  std::filesystem::create_symlink(root + "/a", root + "/link");
  DiskFiles files;

  const auto stamp = files.stat(root + "/b.json");
  REQUIRE(stamp);
  CHECK(stamp->size == 4);
  CHECK(stamp->mtime_ns > 1'500'000'000'000'000'000);
  CHECK(files.read(root + "/b.json", 4) == "text");
  CHECK_FALSE(files.read(root + "/b.json", 3));
  CHECK_FALSE(files.read(root + "/a", 100));
  CHECK(files.stat(root + "/none").error().kind == FileError::Kind::kMissing);
  CHECK(files.read(root + "/none", 1).error().kind == FileError::Kind::kMissing);
  CHECK(files.stat(root + "/b.json/x").error().kind == FileError::Kind::kMissing);

  const auto entries = files.list(root);
  REQUIRE(entries.size() == 3);
  CHECK(entries[0].name == "a");
  CHECK(entries[0].is_directory);
  CHECK(entries[1].name == "b.json");
  CHECK_FALSE(entries[1].is_directory);
  CHECK_FALSE(entries[2].is_directory);
  CHECK(files.list(root + "/none").empty());
  std::filesystem::remove_all(root);
}

TEST_CASE("the log says once of each version of the configuration what is wrong, and where") {
  LogLines log;
  MemoryFiles files;
  ConfigFile config(files, "data/config.json");
  files.write("data/config.json", R"({"admin":[],"users":{"root":{"password":{"key":"x"}}}})");
  REQUIRE(config.current());
  REQUIRE(config.current());
  const auto warnings = log.take();
  REQUIRE(warnings.size() == 2);
  CHECK(warnings[0] ==
        "warning: data/config.json: field \"admin\" is obsolete and ignored: name the "
        "administrators in \"users\"");
  CHECK(warnings[1] ==
        "warning: data/config.json: the password of user \"root\" lets nobody in: there is a "
        "\"key\" but no \"type\": add \"type\": \"plain\"");
  files.write("data/config.json", R"({"admins":[]})");
  CHECK_FALSE(config.current());
  CHECK_FALSE(config.current());
  CHECK(log.take() == std::vector<std::string>{
                          "error: data/config.json: unknown field \"admins\": remove it or correct "
                          "its spelling"});
  files.make_unreadable("data/config.json");
  files.write("data/config.json", "{}");
  files.make_unreadable("data/config.json");
  CHECK_FALSE(config.current());
  CHECK_FALSE(config.current());
  CHECK(log.take().size() == 1);
}
