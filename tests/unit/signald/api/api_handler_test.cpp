#include "signald/api/api_handler.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "common/encoding/base64.h"
#include "signald/api/admin_api.h"
#include "signald/session/token_actions.h"
#include "tests/unit/signald/auth/memory_token_storage.h"
#include "tests/unit/signald/config/memory_files.h"
#include "tests/unit/signald/config/memory_writer.h"
#include "tests/unit/temporary_directory.h"

using namespace halcyon;
using namespace halcyon::signald;

namespace {

constexpr Moment kNow{Timestamp::from_ms(1000), WallTime{1'700'000'000'000'000}};

std::string chief() {
  const std::string text = "chief:c";
  return "Basic " +
         base64_encode({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

/// The whole interface over files in memory.
struct World {
  World() {
    files.write("data/config.json",
                R"({"writableGroups":true,"allowAdminOrigin":["https://a.org"],
                    "users":{"chief":{"password":"c","permissions":"admin"}}})");
    files.write("groups/g.json", R"({"users":{"bob":{"password":"p"}}})");
  }

  Response ask(Method method, const std::string& path, Headers headers = {},
               const std::string& body = "") {
    Request request;
    request.method = method;
    request.path = "/galene-api/v0/" + path;
    request.headers = std::move(headers);
    request.body = body;
    std::optional<Response> answer;
    api.handler().handle(request, kNow, [&](Response response) {
      CHECK_FALSE(answer);
      answer = std::move(response);
    });
    REQUIRE(answer);
    return *answer;
  }
  Response ask_as_chief(Method method, const std::string& path, const std::string& type = "",
                        const std::string& body = "") {
    Headers headers;
    headers.add("authorization", chief());
    headers.add("content-type", type);
    return ask(method, path, headers, body);
  }
  std::string text(const std::string& group) {
    return files.read("groups/" + group + ".json", 1u << 20).value_or("");
  }

  MemoryFiles files;
  MemoryWriter writer{files};
  ConfigFile config{files, "data/config.json"};
  GroupFiles groups{files, "groups"};
  GroupDirectory directory{groups};
  MemoryTokenStorage storage;
  TokenStore tokens{storage};
  SynchronousVerifier verifier;
  SeededRandom random{1};
  SynchronousHasher hasher{random};
  TemporaryDirectory pages;
  std::unique_ptr<FileRoot> root = FileRoot::open(pages.path().string(), "static files").value();
  AdminApi api{{config, groups, directory, writer, tokens, verifier, hasher, random, *root}};
};

}  // namespace

TEST_CASE("a preflight needs no credentials, everything else does, and first of all") {
  World world;
  CHECK(world.ask(Method::kOptions, ".groups/g").status == 200);
  CHECK(world.ask(Method::kOptions, ".groups/missing").status == 200);
  for (const Method method : {Method::kGet, Method::kPut, Method::kPatch, Method::kOther}) {
    CHECK(world.ask(method, ".groups/g").status == 401);
    CHECK(world.ask(method, ".groups/g/.keys/x").status == 401);
    CHECK(world.ask(method, ".nothing").status == 404);
  }
}

TEST_CASE("the method is looked at before anything else of the request") {
  World world;
  const Response refused = world.ask_as_chief(Method::kPost, ".groups/missing");
  CHECK(refused.status == 405);
  CHECK(refused.headers.get("allow") == "OPTIONS, HEAD, GET, PUT, DELETE");
  CHECK(world.ask_as_chief(Method::kOther, ".groups/").status == 405);
  CHECK(world.ask_as_chief(Method::kPatch, ".groups/g").status == 405);
}

TEST_CASE("every answer tells caches and allowed origins what they need, refusals included") {
  World world;
  Headers headers;
  headers.add("origin", "https://a.org");
  headers.add("host", "us.org");
  for (const char* path : {".groups/g", ".groups/g/.keys/x"}) {
    const Response response = world.ask(Method::kGet, path, headers);
    CHECK(response.headers.get("vary") == "Origin");
    CHECK(response.headers.get("access-control-allow-origin") == "https://a.org");
    CHECK(response.headers.get("access-control-expose-headers") == "ETag, Location");
  }
  headers.set("origin", "https://b.org");
  const Response foreign = world.ask(Method::kGet, ".groups/g", headers);
  CHECK(foreign.headers.get("vary") == "Origin");
  CHECK_FALSE(foreign.headers.has("access-control-allow-origin"));
}

TEST_CASE("a body is read only where one is wanted") {
  World world;
  Request request;
  const auto limit = [&](Method method, const char* path) {
    request.method = method;
    request.path = std::string("/galene-api/v0/") + path;
    return world.api.handler().body_limit(request);
  };
  CHECK(limit(Method::kPut, ".groups/g") == kMaxApiBody);
  CHECK(limit(Method::kPost, ".groups/g/.tokens/") == kMaxApiBody);
  CHECK(limit(Method::kPost, ".groups/g/.users/bob/.password") == kMaxApiBody);
  CHECK(limit(Method::kPost, ".groups/g") == 0);
  CHECK(limit(Method::kGet, ".groups/g") == 0);
  CHECK(limit(Method::kPut, ".groups/") == 0);
  CHECK(limit(Method::kPut, ".nothing") == 0);
}

TEST_CASE("a new password is stored as its hash") {
  World world;
  CHECK(world.ask_as_chief(Method::kPost, ".groups/g/.users/bob/.password", "text/plain", "new")
            .status == 204);
  CHECK(world.text("g").find("$2a$08$") != std::string::npos);
}

TEST_CASE("a change is seen by the directory at once") {
  World world;
  REQUIRE(world.directory.access("g", kNow));
  CHECK(world
            .ask_as_chief(Method::kPut, ".groups/g", "application/json",
                          R"({"displayName":"new","auto-subgroups":true})")
            .status == 204);
  CHECK(world.directory.find("g")->description->display_name == "new");
  REQUIRE(world.directory.access("g/sub", kNow));
  CHECK(world
            .ask_as_chief(Method::kPut, ".groups/g", "application/json",
                          R"({"displayName":"newer","auto-subgroups":true})")
            .status == 204);
  CHECK(world.directory.find("g/sub")->description->display_name == "newer");
  CHECK(world.ask_as_chief(Method::kDelete, ".groups/g").status == 204);
  CHECK(world.directory.find("g") == nullptr);
  CHECK(world.directory.find("g/sub") == nullptr);
}

TEST_CASE("a disk that refuses is a failure of ours, and nothing has changed") {
  World world;
  world.writer.broken = true;
  CHECK(world.ask_as_chief(Method::kPut, ".groups/g", "application/json", "{}").status == 500);
  CHECK(world.ask_as_chief(Method::kDelete, ".groups/g").status == 500);
  CHECK(world.text("g") == R"({"users":{"bob":{"password":"p"}}})");
  world.storage.broken = true;
  CHECK(world.ask_as_chief(Method::kPost, ".groups/g/.tokens/", "application/json", "{}").status ==
        500);
}

TEST_CASE("a broken file of tokens fails what is about tokens, and nothing else") {
  World world;
  world.storage.set_text("[]\n");
  CHECK(world.ask_as_chief(Method::kGet, ".groups/g/.tokens/").status == 500);
  CHECK(world.ask_as_chief(Method::kGet, ".groups/g/.tokens/t").status == 500);
  CHECK(world.ask_as_chief(Method::kGet, ".groups/g").status == 200);
}

TEST_CASE("a group has no more tokens than it may") {
  World world;
  std::string text;
  for (std::size_t i = 0; i < TokenActions::kMaxTokensPerGroup; ++i) {
    text += R"({"token":"t)" + std::to_string(i) +
            R"(","group":"g","permissions":null})"
            "\n";
  }
  world.storage.set_text(text);
  const std::string json = "application/json";
  CHECK(world.ask_as_chief(Method::kPost, ".groups/g/.tokens/", json, "{}").status == 409);
  CHECK(world.ask_as_chief(Method::kPut, ".groups/g/.tokens/new", json, "{}").status == 409);
  CHECK(world.ask_as_chief(Method::kPut, ".groups/g/.tokens/t1", json, "{}").status == 204);
  CHECK(world.ask_as_chief(Method::kPost, ".groups/.tokens/", json, "{}").status == 201);
  CHECK(world.ask_as_chief(Method::kDelete, ".groups/g/.tokens/t1").status == 204);
  CHECK(world.ask_as_chief(Method::kPost, ".groups/g/.tokens/", json, "{}").status == 201);
}
