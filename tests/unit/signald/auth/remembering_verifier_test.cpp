#include "signald/auth/remembering_verifier.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace halcyon;
using namespace halcyon::signald;

namespace {

/// Answers at once, or when told to; "right" is right.
struct CountingVerifier final : PasswordVerifier {
  void verify(const Password&, std::string supplied, Moment now, Done done) override {
    ++calls;
    const PasswordMatch match = broken                ? PasswordMatch::kOverloaded
                                : supplied == "right" ? PasswordMatch::kMatch
                                                      : PasswordMatch::kMismatch;
    if (!held) return done(match, now);
    waiting.push_back([done = std::move(done), match](Moment then) { done(match, then); });
  }
  int calls = 0;
  bool broken = false;
  bool held = false;
  std::vector<std::function<void(Moment)>> waiting;
};

Password stored(const std::string& key) {
  Password password;
  password.type = Password::Type::kBcrypt;
  password.key = key;
  return password;
}

struct Fixture {
  PasswordMatch ask(const Password& password, const std::string& supplied) {
    PasswordMatch result = PasswordMatch::kError;
    verifier.verify(password, supplied, now(), [&result](PasswordMatch m, Moment) { result = m; });
    return result;
  }
  Moment now() const { return {Timestamp::from_ms(1'000'000) + elapsed, WallTime{}}; }
  void pass(TimeDelta time) { elapsed += time; }

  CountingVerifier computing;
  SeededRandom random{1};
  RememberingVerifier verifier{computing, random};
  TimeDelta elapsed;
};

}  // namespace

TEST_CASE("a password that matched is not computed again for a while, and then once") {
  Fixture f;
  for (int i = 0; i < 50; ++i) CHECK(f.ask(stored("h"), "right") == PasswordMatch::kMatch);
  CHECK(f.computing.calls == 1);
  CHECK(f.verifier.computed() == 1);
  CHECK(f.verifier.remembered() == 49);
  f.pass(RememberingVerifier::kRememberFor - TimeDelta::micros(1));
  f.ask(stored("h"), "right");
  CHECK(f.computing.calls == 1);
  f.pass(TimeDelta::micros(1));  // use does not make it last longer
  f.ask(stored("h"), "right");
  CHECK(f.computing.calls == 2);
}

TEST_CASE("another password, and another stored hash, are other questions") {
  Fixture f;
  f.ask(stored("h"), "right");
  CHECK(f.ask(stored("h"), "wrong") == PasswordMatch::kMismatch);
  f.ask(stored("changed"), "right");
  CHECK(f.computing.calls == 3);
}

TEST_CASE("what did not match is computed each time") {
  Fixture f;
  for (int i = 0; i < 3; ++i) CHECK(f.ask(stored("h"), "wrong") == PasswordMatch::kMismatch);
  f.computing.broken = true;
  for (int i = 0; i < 3; ++i) CHECK(f.ask(stored("h"), "right") == PasswordMatch::kOverloaded);
  CHECK(f.computing.calls == 6);
}

TEST_CASE("cheap passwords are neither counted nor remembered") {
  Fixture f;
  Password plain;
  plain.type = Password::Type::kPlain;
  plain.key = "right";
  f.ask(plain, "right");
  f.ask(plain, "right");
  CHECK(f.computing.calls == 2);
  CHECK(f.verifier.computed() == 0);
}

TEST_CASE("the memory is bounded: the oldest is forgotten") {
  Fixture f;
  for (std::size_t i = 0; i <= RememberingVerifier::kMaxRemembered; ++i) {
    f.ask(stored(std::to_string(i)), "right");
  }
  const int before = f.computing.calls;
  f.ask(stored("1"), "right");
  f.ask(stored(std::to_string(RememberingVerifier::kMaxRemembered)), "right");
  CHECK(f.computing.calls == before);
  f.ask(stored("0"), "right");
  CHECK(f.computing.calls == before + 1);
}

TEST_CASE("computations that end together, or after the verifier is gone, are no trouble") {
  auto f = std::make_unique<Fixture>();
  CountingVerifier computing;
  computing.held = true;
  auto verifier = std::make_unique<RememberingVerifier>(computing, f->random);
  int answers = 0;
  for (int i = 0; i < 2; ++i) {
    verifier->verify(stored("h"), "right", f->now(),
                     [&answers](PasswordMatch, Moment) { ++answers; });
  }
  computing.waiting[0](f->now());
  verifier.reset();
  computing.waiting[1](f->now());
  CHECK(answers == 2);
}
