#include <doctest/doctest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "signald/auth/token_store.h"
#include "signald/json/json_reader.h"
#include "signald/json/json_writer.h"
#include "tests/unit/signald/auth/memory_token_storage.h"

using namespace halcyon;
using namespace halcyon::signald;

namespace {

constexpr WallTime kNow{1'700'000'000'000'000};
constexpr TimeDelta kDay = TimeDelta::seconds(86400);

StatefulToken token(const std::string& secret, const std::string& group = "g",
                    std::optional<WallTime> expires = kNow + kDay) {
  StatefulToken out;
  out.token = secret;
  out.group = group;
  out.expires = expires;
  return out;
}

std::vector<std::string> secrets(const std::vector<StatefulToken>& tokens) {
  std::vector<std::string> out;
  for (const StatefulToken& entry : tokens) {
    out.push_back(entry.token);
  }
  return out;
}

}  // namespace

TEST_CASE("tokens are read and written field by field") {
  const std::string all =
      R"({"token":"q2tGvYk0x1A","group":"g","includeSubgroups":true,"username":"bob",)"
      R"("permissions":["present","message"],"expires":"2030-01-02T03:04:05.6789Z",)"
      R"("not-before":"2029-12-31T03:04:05Z","issuedAt":"2029-12-31T03:04:05.6789Z",)"
      R"("issuedBy":"jch"})";
  const auto full = read_stateful_token(*parse_json(all));
  REQUIRE(full);
  CHECK(write_json(write_stateful_token(*full)) == all);
  const std::string least = R"({"token":"t2","group":"","permissions":null})";
  CHECK(write_json(write_stateful_token(*read_stateful_token(*parse_json(least)))) == least);
  CHECK(read_stateful_token(*parse_json(R"({"token":"t","username":""})"))->username == "");
  for (const std::string bad :
       {"[]", "\"t\"", R"({"token":1})", R"({"permissions":"op"})", R"({"permissions":[1]})",
        R"({"expires":1700000000})", R"({"expires":"tomorrow"})", R"({"includeSubgroups":1})"}) {
    CAPTURE(bad);
    CHECK_FALSE(read_stateful_token(*parse_json(bad)));
  }
}

TEST_CASE("a token covers its group and, if it says so, what is below") {
  struct Row {
    std::string of;
    bool below;
    std::string group;
    bool covered;
  };
  const Row rows[] = {
      {"g", false, "g", true},      {"g", false, "g/s", false}, {"g", true, "g/s/t", true},
      {"g", true, "groups", false}, {"g/s", true, "g", false},  {"", false, "g", false},
      {"", true, "g", true},        {"", true, "", true},       {"", false, "", false},
      {"g", true, "", false},
  };
  for (const Row& row : rows) {
    StatefulToken entry = token("t", row.of);
    entry.include_subgroups = row.below;
    CHECK(token_covers(entry, row.group) == row.covered);
  }
}

TEST_CASE("a token without expiry, expired, or too early lets nobody in") {
  CHECK_FALSE(token_problem(token("t"), "g", kNow));
  CHECK(token_problem(token("t"), "h", kNow) == "token for bad group");
  CHECK(token_problem(token("t", "g", std::nullopt), "g", kNow) == "token has expired");
  CHECK(token_problem(token("t", "g", kNow + TimeDelta::micros(-1)), "g", kNow) ==
        "token has expired");
  StatefulToken early = token("t");
  early.not_before = kNow + TimeDelta::micros(1);
  CHECK(token_problem(early, "g", kNow) == "token is in the future");
  early.not_before = kNow;
  CHECK_FALSE(token_problem(early, "g", kNow));
}

TEST_CASE("tokens are kept one a line and found again by another store") {
  MemoryTokenStorage storage;
  TokenStore store(storage);
  CHECK(store.find("a").error().kind == TokenError::Kind::kUnknown);
  REQUIRE(store.add(token("a")));
  REQUIRE(store.add(token("b", "h")));
  CHECK(storage.appends == 2);
  CHECK(storage.text() ==
        "{\"token\":\"a\",\"group\":\"g\",\"permissions\":null,"
        "\"expires\":\"2023-11-15T22:13:20Z\"}\n"
        "{\"token\":\"b\",\"group\":\"h\",\"permissions\":null,"
        "\"expires\":\"2023-11-15T22:13:20Z\"}\n");
  TokenStore other(storage);
  CHECK(other.find("b") == token("b", "h"));
  CHECK(store.add(token("a")).error().kind == TokenError::Kind::kTagMismatch);
}

TEST_CASE("one's own changes are not read back, those of others are") {
  MemoryTokenStorage storage;
  TokenStore store(storage);
  REQUIRE(store.add(token("a")));
  REQUIRE(store.find("a"));
  CHECK(storage.reads == 1);
  storage.set_text(R"({"token":"x","group":"g"} {"token":"x",
      "group":"h"}{"token":"y","group":"g"})");
  CHECK_FALSE(store.find("a"));
  CHECK(store.find("x")->group == "h");
  CHECK(store.find("y"));
  CHECK(storage.reads == 2);
}

TEST_CASE("listing has an order and knows one group only") {
  MemoryTokenStorage storage;
  TokenStore store(storage);
  REQUIRE(store.add(token("late", "g", kNow + kDay)));
  REQUIRE(store.add(token("expired", "g", kNow + -kDay)));
  REQUIRE(store.add(token("never", "g", std::nullopt)));
  REQUIRE(store.add(token("other", "g/s")));
  REQUIRE(store.add(token("root", "")));
  CHECK(secrets(*store.list("g")) == std::vector<std::string>{"never", "expired", "late"});
  CHECK(secrets(*store.list("")) == std::vector<std::string>{"root"});
  CHECK(store.list("none")->empty());
}

TEST_CASE("a file that is broken inside is of no use until it is mended") {
  MemoryTokenStorage storage;
  TokenStore store(storage);
  int reads = 0;
  for (const std::string text : {"{\"token\":\"a\"}\n{\"tok\n{\"token\":\"b\"}\n", "nonsense\n",
                                 "[]\n", "{\"token\":5}\n", "{\"token\":5}"}) {
    CAPTURE(text);
    storage.set_text(text);
    CHECK(store.find("a").error().kind == TokenError::Kind::kStorage);
    CHECK(store.list("g").error().kind == TokenError::Kind::kStorage);
    CHECK(store.add(token("n")).error().kind == TokenError::Kind::kStorage);
    CHECK(storage.text() == text);
    CHECK(storage.reads == ++reads);
  }
  storage.set_text("{\"token\":\"a\"}\n");
  CHECK(store.find("a"));
}

TEST_CASE("a last line torn by a crash is left out and mended by the next change") {
  MemoryTokenStorage storage;
  TokenStore store(storage);
  REQUIRE(store.add(token("a")));
  const std::string whole = *storage.text();
  for (std::size_t cut = 1; cut + 2 < whole.size(); cut += 7) {
    storage.set_text(whole + whole.substr(0, cut));
    CHECK(secrets(*store.list("g")) == std::vector<std::string>{"a"});
  }
  REQUIRE(store.add(token("b")));
  TokenStore other(storage);
  CHECK(secrets(*other.list("g")) == std::vector<std::string>{"a", "b"});
  CHECK(storage.text()->back() == '\n');
}

TEST_CASE("a torn last line is mended by maintenance, without a change") {
  MemoryTokenStorage storage;
  TokenStore store(storage);
  REQUIRE(store.add(token("a")));
  const std::string whole = *storage.text();
  storage.set_text(whole + whole.substr(0, 20));
  store.collect_garbage(kNow);
  CHECK(storage.text() == whole);
  // Nothing but a torn line: no file is left.
  storage.set_text("{\"tok");
  store.collect_garbage(kNow);
  CHECK_FALSE(storage.text());
}

TEST_CASE("a last line that lacks only its end counts, and gets it") {
  MemoryTokenStorage storage;
  TokenStore store(storage);
  storage.set_text(R"({"token":"a","group":"g"})");
  CHECK(store.find("a"));
  REQUIRE(store.add(token("b")));
  CHECK(TokenStore(storage).list("g")->size() == 2);
}

TEST_CASE("what could not be written is not there") {
  MemoryTokenStorage storage;
  TokenStore store(storage);
  REQUIRE(store.add(token("a")));
  storage.broken = true;
  CHECK(store.add(token("b")).error().kind == TokenError::Kind::kStorage);
  StatefulToken changed = token("a");
  changed.username = "x";
  CHECK_FALSE(store.replace(changed));
  storage.broken = false;
  CHECK_FALSE(store.find("b"));
  CHECK(store.find("a") == token("a"));
  REQUIRE(store.replace(changed));
  CHECK(store.find("a") == changed);
  CHECK(store.replace(token("none")).error().kind == TokenError::Kind::kUnknown);
}

TEST_CASE("a line that somebody else appends in the same moment is not lost") {
  MemoryTokenStorage storage;
  TokenStore store(storage);
  REQUIRE(store.add(token("a")));
  storage.intrude = R"({"token":"x","group":"g"})"
                    "\n";
  REQUIRE(store.add(token("b")));
  CHECK(secrets(*store.list("g")).size() == 3);
  CHECK(*store.count("g") == 3);
  CHECK(*store.count("h") == 0);
}

TEST_CASE("changes under a tag need the current one") {
  MemoryTokenStorage storage;
  TokenStore store(storage);
  CHECK(store.etag() == "");
  CHECK(store.put(token("a"), "\"1-1\"").error().kind == TokenError::Kind::kTagMismatch);
  REQUIRE(store.put(token("a"), ""));
  CHECK(store.put(token("a"), "").error().kind == TokenError::Kind::kTagMismatch);
  const std::string tag = *store.etag();
  CHECK(tag == "\"" + std::to_string(storage.text()->size()) + "-1\"");
  CHECK(store.erase("b", tag).error().kind == TokenError::Kind::kUnknown);
  CHECK(store.erase("a", "").error().kind == TokenError::Kind::kTagMismatch);
  REQUIRE(store.put(token("a", "h"), tag));
  CHECK(store.erase("a", tag).error().kind == TokenError::Kind::kTagMismatch);
  REQUIRE(store.erase("a", *store.etag()));
  CHECK_FALSE(storage.text());
}

TEST_CASE("tokens expired for a week are forgotten") {
  MemoryTokenStorage storage;
  TokenStore store(storage);
  REQUIRE(store.add(token("old", "g", kNow + -TokenStore::kKeepExpired + -kDay)));
  REQUIRE(store.add(token("recent", "g", kNow + -kDay)));
  REQUIRE(store.add(token("never", "g", std::nullopt)));
  store.collect_garbage(kNow);
  CHECK(secrets(*store.list("g")) == std::vector<std::string>{"never", "recent"});
}

TEST_CASE("TokenFile keeps its file to its owner and replaces it as a whole") {
  char pattern[] = "/tmp/halcyon-test-XXXXXX";
  REQUIRE(::mkdtemp(pattern) != nullptr);
  const std::string root = pattern;
  const std::string path = root + "/data/var/tokens.jsonl";
  const auto text = [&] {
    std::ostringstream out;
    out << std::ifstream(path).rdbuf();
    return out.str();
  };
  const auto mode = [](const std::string& of) {
    struct stat info = {};
    REQUIRE(::stat(of.c_str(), &info) == 0);
    return info.st_mode & 0777u;
  };
  TokenFile file(path);
  CHECK(*file.stamp() == std::nullopt);
  CHECK(file.read() == "");
  REQUIRE(file.append("one\n"));
  REQUIRE(file.append("two\n"));
  CHECK(text() == "one\ntwo\n");
  CHECK(mode(path) == 0600u);
  CHECK(mode(root + "/data/var") == 0700u);
  CHECK((*file.stamp())->size == 8);
  std::ofstream(path + ".temp") << "left behind by a crash, and longer than what is to come";
  REQUIRE(file.replace("three\n"));
  CHECK_FALSE(std::filesystem::exists(path + ".temp"));
  CHECK(file.read() == "three\n");
  CHECK(mode(path) == 0600u);
  REQUIRE(file.replace(""));
  CHECK(*file.stamp() == std::nullopt);
  CHECK(std::filesystem::is_empty(root + "/data/var"));
  TokenFile blocked(root + "/data/var/tokens.jsonl/x");
  std::ofstream(path) << "not a directory";
  CHECK_FALSE(blocked.append("x\n"));
  CHECK_FALSE(blocked.replace("x\n"));
  std::filesystem::remove_all(root);
}
