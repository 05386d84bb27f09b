#include "signald/auth/new_bcrypt.h"

#include <doctest/doctest.h>

#include <string>

#include "signald/auth/password_hasher.h"

using namespace halcyon;
using namespace halcyon::signald;

TEST_CASE("a new hash matches its password and no other, and has a salt of its own") {
  SeededRandom random(1);
  const auto one = make_bcrypt_password("p\xC3\xA4ss\n", new_bcrypt_parts(4, random));
  const auto two = make_bcrypt_password("p\xC3\xA4ss\n", new_bcrypt_parts(4, random));
  REQUIRE(one);
  REQUIRE(two);
  CHECK(one->key->starts_with("$2a$04$"));
  CHECK(*one->key != *two->key);
  CHECK(match_password(*one, "p\xC3\xA4ss\n") == PasswordMatch::kMatch);
  CHECK(match_password(*one, "p\xC3\xA4ss") == PasswordMatch::kMismatch);
}

TEST_CASE("what bcrypt would cut is refused") {
  SeededRandom random(1);
  const auto parts = new_bcrypt_parts(4, random);
  CHECK(make_bcrypt_password(std::string(72, 'x'), parts));
  CHECK_FALSE(make_bcrypt_password(std::string(73, 'x'), parts));
  CHECK_FALSE(make_bcrypt_password(std::string_view("a\0b", 3), parts));
}

TEST_CASE("the hasher uses the cost for new passwords") {
  SeededRandom random(1);
  SynchronousHasher hasher(random);
  std::string key;
  hasher.hash("x", {}, [&](ResultOr<Password> password, Moment) { key = *password->key; });
  CHECK(key.starts_with("$2a$08$"));
}
