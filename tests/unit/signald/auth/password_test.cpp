#include "signald/auth/password.h"

#include <doctest/doctest.h>

#include <string>

#include "signald/auth/new_argon2id.h"
#include "signald/json/json_reader.h"
#include "signald/json/json_writer.h"

using namespace halcyon;
using namespace halcyon::signald;

namespace {

Password stored(std::string_view json) {
  const auto value = parse_json(json);
  REQUIRE(value);
  const auto password = read_password(*value);
  REQUIRE(password);
  return *password;
}

PasswordMatch match(std::string_view json, std::string_view supplied) {
  return match_password(stored(json), supplied);
}

std::string pbkdf2(std::string_view key, std::string_view salt, int iterations) {
  return R"({"type":"pbkdf2","hash":"sha-256","key":")" + std::string(key) + R"(","salt":")" +
         std::string(salt) + R"(","iterations":)" + std::to_string(iterations) + "}";
}

std::string bcrypt(std::string_view key) {
  return R"({"type":"bcrypt","key":")" + std::string(key) + R"("})";
}

constexpr auto kMatch = PasswordMatch::kMatch;
constexpr auto kMismatch = PasswordMatch::kMismatch;
constexpr auto kError = PasswordMatch::kError;

}  // namespace

TEST_CASE("passwords match by the form they are stored in") {
  struct Row {
    const char* json;
    const char* supplied;
    PasswordMatch result;
  };
  const Row rows[] = {
      {R"("x")", "x", kMatch},
      {R"("x")", "X", kMismatch},
      {R"("x")", "", kMismatch},
      {R"("x")", "xx", kMismatch},
      {R"("")", "", kMatch},
      {R"("")", "x", kMismatch},
      {"null", "", kMismatch},
      {"{}", "", kMismatch},
      {R"({"key":"x"})", "x", kMismatch},
      {R"({"type":"plain","key":"x","foo":1})", "x", kMatch},
      {R"({"TYPE":"plain","Key":"x"})", "x", kMatch},
      {R"({"type":"plain"})", "", kError},
      {R"({"type":"plain","key":null})", "", kError},
      {R"({"type":"wildcard"})", "", kMatch},
      {R"({"type":"wildcard","key":"x"})", "anything", kMatch},
      {R"({"type":"Plain","key":"x"})", "x", kError},
      {R"({"type":"other"})", "x", kError},
  };
  for (const Row& row : rows) {
    CAPTURE(row.json);
    CAPTURE(row.supplied);
    CHECK(match(row.json, row.supplied) == row.result);
  }
}

TEST_CASE("values that cannot be passwords are refused") {
  for (const std::string json : {"1", "true", "[]", R"({"type":1})", R"({"iterations":"4096"})",
                                 R"({"iterations":1.5})", R"({"key":[]})", R"({"salt":{}})"}) {
    CAPTURE(json);
    CHECK_FALSE(read_password(*parse_json(json)));
  }
}

TEST_CASE("PBKDF2 follows known results") {
  const std::string salt = "0001020304050607";
  const std::string key = "5774b016b25a0a0c079098c25481cb2c3b0787bc748dead7af19edbfd2329492";
  CHECK(match(pbkdf2(key, salt, 4096), "correct horse") == kMatch);
  CHECK(match(pbkdf2(key, salt, 4096), "correct horsf") == kMismatch);
  CHECK(match(pbkdf2(key, salt, 4095), "correct horse") == kMismatch);
  CHECK(match(pbkdf2(key.substr(0, 32), salt, 4096), "correct horse") == kMatch);
  CHECK(match(pbkdf2(key + "8eb97034dea98c347ee97ad574a169b29871db6b3cc9ef9b6c5f19f9e1adc1e1", salt,
                     4096),
              "correct horse") == kMatch);
  const std::string once = "ba786647b9ab1203bc912f68fb5496d65c897f9cdae929f202abd6ca7a0e91ca";
  for (const int iterations : {1, 0, -5}) {
    CHECK(match(pbkdf2(once, salt, iterations), "correct horse") == kMatch);
  }
  CHECK(match(pbkdf2("cb715cf23581aff497ef7287ef04cd1a5ea220e703ff0db4c7c48ff553e1d123",
                     "92bff2ace56fe38f", 1000),
              "p\xC3\xA2t\xC3\xA9") == kMatch);
  CHECK(match(pbkdf2("c5741da6836ce61d65855edec3ac3635c92933bd17cae5f34b201f186056525e",
                     "00112233445566778899AABBCCDDEEFF", 100),
              "") == kMatch);
  CHECK(match(pbkdf2("45db5730f0650077818d223e3f2aa164dc68203a", "", 1), "secret") == kMatch);
  CHECK(match(pbkdf2("f591c35604e6aef572851d9c3543c812566b032b6dc083c81edd15cc24449913",
                     "92bff2ace56fe38f", 4096),
              "topsecret") == kMatch);
}

TEST_CASE("a broken PBKDF2 password is an error and lets nobody in") {
  CHECK(match(pbkdf2("", "00", 1), "") == kError);  // would match everything
  CHECK(match(pbkdf2("abc", "00", 1), "x") == kError);
  CHECK(match(pbkdf2("zz", "00", 1), "x") == kError);
  CHECK(match(pbkdf2("aa", "0", 1), "x") == kError);
  CHECK(match(R"({"type":"pbkdf2","key":"aa","salt":"00"})", "x") == kError);
  CHECK(match(R"({"type":"pbkdf2","hash":"SHA-256","key":"aa"})", "x") == kError);
  CHECK(match(R"({"type":"pbkdf2","hash":"sha-256"})", "x") == kError);
  CHECK(match(pbkdf2(std::string(2 * (kMaxPbkdf2KeyBytes + 1), 'a'), "00", 1), "x") == kError);
}

TEST_CASE("bcrypt follows known results") {
  const std::string tail = "abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW";
  for (const char* prefix : {"$2a$04$", "$2b$04$", "$2$04$", "$2x$04$", "$2y$04$"}) {
    CAPTURE(prefix);
    CHECK(match(bcrypt(prefix + tail), "secret") == kMatch);
    CHECK(match(bcrypt(prefix + tail), "secreu") == kMismatch);
  }
  CHECK(match(bcrypt("$2b$08$CCCCCCCCCCCCCCCCCCCCC.DXBIW7iZMHj/jVg3eTWyKdjPvFNE43S"), "secret") ==
        kMatch);
  CHECK(match(bcrypt("$2y$05$......................35w9tBXOiWEqF4YNx8Fn9rPUbxS7RTu"), "secret") ==
        kMatch);
  CHECK(match(bcrypt("$2a$04$abcdefghijklmnopqrstuubyCG3zY1GIXMyxfivm.ClDiInHzxjiq"), "") ==
        kMatch);
  CHECK(match(bcrypt("$2b$06$abcdefghijklmnopqrstuuobpHJmCOegzxVAJaOWGblFWUDlQMjTq"),
              "p\xC3\xA2t\xC3\xA9") == kMatch);
}

TEST_CASE("bcrypt looks at 72 bytes of a password and refuses NUL") {
  const std::string key = bcrypt("$2b$04$abcdefghijklmnopqrstuuBzzIgyKkz7xMWYSzkIjUSnxEQFQ0WNe");
  CHECK(match(key, std::string(72, 'a')) == kMatch);
  CHECK(match(key, std::string(80, 'a')) == kMatch);
  CHECK(match(key, std::string(1'000'000, 'a')) == kMatch);
  CHECK(match(key, std::string(71, 'a')) == kMismatch);
  const std::string secret = bcrypt("$2a$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW");
  CHECK(match(secret, std::string_view("secret\0x", 8)) == kMismatch);
}

TEST_CASE("a broken bcrypt password is an error") {
  const std::string tail = "abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW";
  for (const std::string& key :
       {"$2a$03$" + tail, "$2a$32$" + tail, "$3a$04$" + tail, "$2a$4$" + tail, "$2q$04$" + tail,
        "$2a$04$" + tail.substr(1), std::string("short"), std::string(),
        "$2a$04$*" + tail.substr(1)}) {
    CAPTURE(key);
    CHECK(match(bcrypt(key), "secret") == kError);
  }
  CHECK(match(R"({"type":"bcrypt"})", "x") == kError);
}

TEST_CASE("passwords are written so that they read the same") {
  struct Row {
    const char* json;
    const char* written;
  };
  const Row rows[] = {
      {R"("x")", R"("x")"},
      {"null", "null"},
      {R"({"key":"x"})", "null"},
      {R"({"type":"plain"})", R"({"type":"plain"})"},
      {R"({"type":"wildcard","key":"x"})", R"({"type":"wildcard","key":"x"})"},
      {R"({"salt":"00","type":"pbkdf2","iterations":7,"key":"aa","hash":"sha-256","z":1})",
       R"({"type":"pbkdf2","hash":"sha-256","key":"aa","salt":"00","iterations":7})"},
      {R"({"type":"other","key":"x"})", R"({"type":"other","key":"x"})"},
  };
  for (const Row& row : rows) {
    const Password password = stored(row.json);
    CHECK(write_json(write_password(password)) == row.written);
    CHECK(stored(row.written) == (password.type == Password::Type::kNone ? Password() : password));
  }
}

TEST_CASE("argon2id follows known results") {
  // From the test programs of the reference implementation.
  const std::string small =
      "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
  const std::string lanes =
      "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc";
  for (const std::string& key : {small, lanes}) {
    const std::string json = R"({"type":"argon2id","key":")" + key + "\"}";
    CAPTURE(json);
    CHECK(match(json, "password") == kMatch);
    CHECK(match(json, "passwor") == kMismatch);
    CHECK(match(json, std::string("password\0", 9)) == kMismatch);
    CHECK(match(json, "") == kMismatch);
    const auto password = read_password(*parse_json(json));
    CHECK(is_costly(*password));
    CHECK(write_json(write_password(*password)) == json);
  }
}

TEST_CASE("a broken or boundless argon2id password is an error") {
  for (const std::string key :
       {"", "$argon2id$", "$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$bQk8",
        "$argon2id$v=16$m=256,t=2,p=1$c29tZXNhbHQ$bQk8UB",
        "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ", "$argon2id$v=19$m=256,t=2,p=1$$bQk8UB",
        "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$", "$argon2id$v=19$m=-1,t=2,p=1$c29tZXNhbHQ$bQk8",
        "$argon2id$v=19$m=256,t=0,p=1$c29tZXNhbHQ$bQk8",
        "$argon2id$v=19$m=256,t=2,p=0$c29tZXNhbHQ$bQk8",
        "$argon2id$v=19$m=4,t=2,p=1$c29tZXNhbHQ$bQk8",
        "$argon2id$v=19$m=4294967295,t=1,p=1$c29tZXNhbHQ$bQk8",
        "$argon2id$v=19$m=256,t=1001,p=1$c29tZXNhbHQ$bQk8",
        "$argon2id$v=19$m=65536,t=1,p=65$c29tZXNhbHQ$bQk8",
        "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhb=Q$bQk8"}) {
    CAPTURE(key);
    CHECK(match(R"({"type":"argon2id","key":")" + key + "\"}", "password") == kError);
  }
  CHECK(match(R"({"type":"argon2id"})", "password") == kError);
}

TEST_CASE("what makes a password useless is said with a remedy") {
  struct Row {
    const char* json;
    const char* problem;  // part of it; null: none
  };
  const Row rows[] = {
      {R"("x")", nullptr},
      {"null", nullptr},
      {"{}", nullptr},
      {R"({"type":"wildcard"})", nullptr},
      {R"({"key":"1234"})", "add \"type\": \"plain\""},
      {R"({"type":"plain"})", "\"key\" is missing"},
      {R"({"type":"Plain","key":"x"})", "use plain, wildcard, pbkdf2, bcrypt or argon2id"},
      {R"({"type":"pbkdf2","key":"00"})", "\"hash\" must be \"sha-256\""},
      {R"({"type":"pbkdf2","hash":"sha-256","key":""})", "\"key\" must be 1 to"},
      {R"({"type":"pbkdf2","hash":"sha-256","key":"00","salt":"0"})", "\"salt\" must be"},
      {R"({"type":"pbkdf2","hash":"sha-256","key":"00","iterations":9999999999})",
       "\"iterations\""},
      {R"({"type":"pbkdf2","hash":"sha-256","key":"00"})", nullptr},
      {R"({"type":"bcrypt","key":"$2a$03$x"})", "must be a bcrypt string"},
      {R"({"type":"argon2id"})", "must be an argon2 string"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.json);
    const auto problem = password_problem(*read_password(*parse_json(row.json)));
    CHECK(problem.has_value() == (row.problem != nullptr));
    if (problem && row.problem != nullptr) {
      CHECK(problem->find(row.problem) != std::string::npos);
    }
  }
}

TEST_CASE("a new argon2id password matches, and is salted") {
  SeededRandom random(1);
  const Argon2Cost cheap{64, 1, 1};
  const auto first = make_argon2id_password("correct horse", cheap, random);
  const auto second = make_argon2id_password("correct horse", cheap, random);
  REQUIRE(first);
  REQUIRE(second);
  CHECK(first->key != second->key);
  CHECK(match_password(*first, "correct horse") == kMatch);
  CHECK(match_password(*first, "correct hors") == kMismatch);
  CHECK_FALSE(password_problem(*first));
}
