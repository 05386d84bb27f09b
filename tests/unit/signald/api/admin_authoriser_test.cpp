#include "signald/api/admin_authoriser.h"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/encoding/base64.h"
#include "tests/unit/signald/auth/memory_token_storage.h"
#include "tests/unit/signald/config/memory_files.h"

using namespace halcyon;
using namespace halcyon::signald;

namespace {

constexpr Moment kNow{Timestamp::from_ms(1000), WallTime{1'700'000'000'000'000}};

/// Answers when told to.
struct SlowVerifier final : PasswordVerifier {
  void verify(const Password& stored, std::string supplied, Moment now, Done done) override {
    if (overloaded) return done(PasswordMatch::kOverloaded, now);
    ++count;
    waiting.push_back([=] { done(match_password(stored, supplied), now); });
    if (!slow) finish();
  }
  void finish() {
    for (auto& check : std::exchange(waiting, {})) check();
  }
  std::vector<std::function<void()>> waiting;
  bool slow = false;
  bool overloaded = false;
  int count = 0;
};

struct World {
  World() {
    files.write("data/config.json", R"({"users":{
      "chief":{"password":"c","permissions":"admin"},
      "list":{"password":"l","permissions":["admin"]},
      "clerk":{"password":"k","permissions":"op"},
      "broken":{"password":{"type":"plain"},"permissions":"admin"},
      "boss":{"password":"global","permissions":"admin"}}})");
    files.write("groups/g.json", R"({"auto-subgroups":true,"users":{
      "boss":{"password":"b","permissions":"admin"},
      "bob":{"password":"p","permissions":"present"},
      "hash":{"password":{"type":"pbkdf2","hash":"sha-256","salt":"",
        "key":"45db5730f0650077818d223e3f2aa164dc68203a","iterations":1},"permissions":"admin"},
      "open":{"password":{"type":"wildcard"}},
      "blank":{"password":""},
      "none":{},
      "":{"password":"e"}},
      "wildcard-user":{"password":"w","permissions":"admin"}})");
    files.write("groups/broken.json", "{");
  }

  static Request with(const std::string& authorization) {
    Request request;
    request.peer = *SocketAddress::parse("192.0.2.1", 1);
    if (!authorization.empty()) request.headers.add("authorization", authorization);
    return request;
  }
  static Request basic(const std::string& name, const std::string& password) {
    const std::string text = name + ":" + password;
    return with("Basic " +
                base64_encode({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}));
  }

  AdminAuthoriser::Done remember() {
    verdict.reset();
    return [this](AdminVerdict given, Moment) {
      CHECK_FALSE(verdict);
      verdict = given;
    };
  }
  bool root(const Request& request) {
    authoriser.root(request, kNow, remember());
    return verdict == AdminVerdict::kAdmitted;
  }
  bool group(const Request& request, const std::string& name = "g") {
    authoriser.group(request, name, kNow, remember());
    return verdict == AdminVerdict::kAdmitted;
  }
  bool password(const Request& request, const std::string& user) {
    authoriser.password_change(request, "g", user, kNow, remember());
    return verdict == AdminVerdict::kAdmitted;
  }

  MemoryFiles files;
  ConfigFile config{files, "data/config.json"};
  GroupFiles groups{files, "groups"};
  MemoryTokenStorage storage;
  TokenStore tokens{storage};
  SlowVerifier verifier;
  AdminAuthoriser authoriser{{config, groups, tokens, verifier}};
  std::optional<AdminVerdict> verdict;
};

}  // namespace

TEST_CASE("administrators of the configuration may do everything, also where there is no group") {
  World world;
  for (const Request& request : {World::basic("chief", "c"), World::basic("list", "l")}) {
    CHECK(world.root(request));
    CHECK(world.group(request));
    CHECK(world.group(request, "missing"));
    CHECK(world.group(request, "broken"));
    CHECK(world.group(request, "../x"));
    CHECK(world.password(request, "bob"));
  }
}

TEST_CASE("others of the configuration, and wrong passwords, may not") {
  World world;
  for (const Request& request :
       {World::with(""), World::basic("chief", "x"), World::basic("chief", ""),
        World::basic("clerk", "k"), World::basic("broken", ""), World::basic("nobody", ""),
        World::with("Basic !"), World::with("Bearer x")}) {
    CHECK_FALSE(world.root(request));
    CHECK(world.verdict == AdminVerdict::kRefused);
    CHECK_FALSE(world.group(request));
    CHECK_FALSE(world.group(request, "missing"));
  }
}

TEST_CASE("administrators of a group administer it and its automatic subgroups") {
  World world;
  CHECK(world.group(World::basic("boss", "b")));
  CHECK(world.group(World::basic("boss", "b"), "g/sub"));
  CHECK(world.group(World::basic("hash", "secret")));
  CHECK(world.group(World::basic("anybody", "w")));
  CHECK_FALSE(world.root(World::basic("hash", "secret")));
  CHECK_FALSE(world.group(World::basic("bob", "p")));
  CHECK_FALSE(world.group(World::basic("bob", "w")));
  CHECK_FALSE(world.group(World::basic("a/../b", "w")));
  CHECK_FALSE(world.group(World::basic("boss", "b"), "missing"));
  CHECK_FALSE(world.group(World::basic("boss", "b"), "broken"));
  CHECK_FALSE(world.group(World::basic("boss", "b"), "../g"));
}

TEST_CASE("a user changes the password by name and old password, and nobody else's") {
  World world;
  CHECK(world.password(World::basic("bob", "p"), "bob"));
  CHECK(world.password(World::basic("boss", "b"), "bob"));
  CHECK_FALSE(world.group(World::basic("bob", "p")));
  CHECK_FALSE(world.password(World::basic("bob", "x"), "bob"));
  CHECK_FALSE(world.password(World::basic("bob", "p"), "none"));
  CHECK_FALSE(world.password(World::basic("other", "p"), "bob"));
}

TEST_CASE("a password that everybody knows proves nothing") {
  World world;
  CHECK_FALSE(world.password(World::basic("open", "x"), "open"));
  CHECK_FALSE(world.password(World::basic("blank", ""), "blank"));
  CHECK_FALSE(world.password(World::basic("none", ""), "none"));
  CHECK_FALSE(world.password(World::basic("", "e"), ""));
}

TEST_CASE("a broken configuration refuses everybody") {
  World world;
  world.files.write("data/config.json", "{");
  CHECK_FALSE(world.root(World::basic("chief", "c")));
  CHECK_FALSE(world.group(World::basic("boss", "b")));
}

TEST_CASE("stateful tokens") {
  World world;
  world.storage.set_text(
      R"({"token":"root","group":"","includeSubgroups":true,"permissions":["admin"],"expires":"2030-01-01T00:00:00Z"}
{"token":"all","group":"","includeSubgroups":true,"username":"r","permissions":["admin"],"expires":"2030-01-01T00:00:00Z"}
{"token":"bare","group":"","username":"r","permissions":["admin"],"expires":"2030-01-01T00:00:00Z"}
{"token":"g","group":"g","username":"r","permissions":["admin"],"expires":"2030-01-01T00:00:00Z"}
{"token":"nameless","group":"g","permissions":["admin"],"expires":"2030-01-01T00:00:00Z"}
{"token":"bad-name","group":"g","username":"../r","permissions":["admin"],"expires":"2030-01-01T00:00:00Z"}
{"token":"old","group":"g","username":"r","permissions":["admin"],"expires":"2020-01-01T00:00:00Z"}
{"token":"op","group":"g","username":"r","permissions":["op"],"expires":"2030-01-01T00:00:00Z"}
)");
  CHECK(world.root(World::with("Bearer root")));
  CHECK(world.root(World::with("Bearer all")));
  CHECK(world.group(World::with("Bearer all")));
  CHECK(world.group(World::with("Bearer g")));
  for (const char* token : {"bare", "g", "old", "op"}) {
    CAPTURE(token);
    CHECK_FALSE(world.root(World::with(std::string("Bearer ") + token)));
  }
  for (const char* token : {"root", "bare", "nameless", "bad-name", "old", "op"}) {
    CAPTURE(token);
    CHECK_FALSE(world.group(World::with(std::string("Bearer ") + token)));
  }
  CHECK_FALSE(world.group(World::with("Bearer g"), "g/sub"));
  CHECK_FALSE(world.group(World::with("Bearer all"), "missing"));
}

TEST_CASE("costly passwords are answered later, with the group as it was asked for") {
  World world;
  world.verifier.slow = true;
  CHECK_FALSE(world.group(World::basic("hash", "secret")));
  CHECK_FALSE(world.verdict);
  world.files.write("groups/g.json", "{}");
  world.verifier.finish();
  CHECK(world.verdict == AdminVerdict::kAdmitted);
}

TEST_CASE("a name that is no administrator's takes the work of one that is") {
  World world;
  world.files.write("data/config.json", R"({"users":{"chief":{"password":{"type":"pbkdf2",
    "hash":"sha-256","salt":"","key":"45db5730f0650077818d223e3f2aa164dc68203a","iterations":1},
    "permissions":"admin"},"clerk":{"password":"k"}}})");
  for (const std::string name : {"chief", "clerk", "nobody", ""}) {
    CAPTURE(name);
    world.verifier.count = 0;
    CHECK_FALSE(world.root(World::basic(name, "wrong")));
    CHECK(world.verifier.count == 1);
  }
  // The decoy admits nobody: this is the password of chief.
  CHECK(world.root(World::basic("chief", "secret")));
  CHECK_FALSE(world.root(World::basic("nobody", "secret")));
}

TEST_CASE("too many checks under way are no refusal") {
  World world;
  world.verifier.overloaded = true;
  CHECK_FALSE(world.root(World::basic("chief", "c")));
  CHECK(world.verdict == AdminVerdict::kOverloaded);
  CHECK_FALSE(world.group(World::basic("hash", "secret")));
  CHECK(world.verdict == AdminVerdict::kOverloaded);
  CHECK(admin_refusal(AdminVerdict::kOverloaded).status == 503);
}

TEST_CASE("one address does not keep all threads busy") {
  World world;
  world.verifier.slow = true;
  const Request request = World::basic("chief", "c");
  int admitted = 0;
  for (int i = 0; i < LoginThrottle::kMaxUnderWay; ++i) {
    world.authoriser.root(request, kNow, [&](AdminVerdict verdict, Moment) {
      admitted += verdict == AdminVerdict::kAdmitted ? 1 : 0;
    });
  }
  CHECK_FALSE(world.root(request));
  CHECK(world.verdict == AdminVerdict::kOverloaded);
  world.verifier.finish();
  CHECK(admitted == LoginThrottle::kMaxUnderWay);
  world.verifier.slow = false;
  CHECK(world.root(request));
}

TEST_CASE("whoever guesses is not listened to for a while, unless it is the right address") {
  World world;
  for (int i = 0; i < LoginThrottle::kBurst; ++i) {
    CHECK_FALSE(world.root(World::basic("chief", "x")));
  }
  CHECK_FALSE(world.root(World::basic("chief", "c")));
  CHECK(world.verdict == AdminVerdict::kTooManyFailures);
  CHECK(admin_refusal(AdminVerdict::kTooManyFailures).status == 429);
  Request elsewhere = World::basic("chief", "c");
  elsewhere.peer = *SocketAddress::parse("192.0.2.2", 1);
  CHECK(world.root(elsewhere));
}

TEST_CASE("asking without credentials is no guess") {
  World world;
  for (int i = 0; i < 2 * LoginThrottle::kBurst; ++i) CHECK_FALSE(world.root(World::with("")));
  CHECK(world.root(World::basic("chief", "c")));
}
