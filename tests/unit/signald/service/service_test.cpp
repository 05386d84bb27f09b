#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "common/clock/clock.h"
#include "signald/service/deadline_driver.h"
#include "signald/service/installed_files.h"
#include "signald/service/private_directory.h"
#include "signald/service/shutdown.h"
#include "signald/service/start_parts.h"
#include "signald/service/threaded_verifier.h"

using namespace halcyon;
using namespace halcyon::signald;
namespace fs = std::filesystem;

namespace {

struct Tree {
  Tree() : directory(std::move(*PrivateDirectory::make())) {}
  std::string make_directory(const std::string& name) const {
    fs::create_directories(directory->path() + "/" + name);
    return directory->path() + "/" + name;
  }
  std::string make_program(const std::string& name) const {
    const std::string path = directory->path() + "/" + name;
    fs::create_directories(fs::path(path).parent_path());
    std::ofstream(path) << "#!/bin/false\n";
    fs::permissions(path, fs::perms::owner_all);
    return path;
  }
  std::unique_ptr<PrivateDirectory> directory;
};

Options plain_options(const Tree& tree) {
  Options options;
  options.static_directory = tree.make_directory("static");
  options.data_directory = tree.make_directory("data");
  options.mediad = tree.make_program("mediad");
  options.http = {"", "127.0.0.1", 0};
  options.insecure = true;
  return options;
}

std::string error_of(const Options& options) {
  const auto parts = prepare(options, "/nonexistent");
  return parts ? std::string() : parts.error().message;
}

}  // namespace

TEST_CASE("a private directory is for its owner alone and goes with everything in it") {
  std::string path;
  {
    const auto directory = PrivateDirectory::make();
    REQUIRE(directory.has_value());
    path = (*directory)->path();
    struct stat status {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0700);
    std::ofstream(path + "/file") << "x";
  }
  CHECK_FALSE(fs::exists(path));
}

TEST_CASE("the web client's files are those given, else those installed or built") {
  const Tree tree;
  const std::string given = tree.make_directory("given");
  CHECK(find_static_directory(given, "/nonexistent") == given);
  const auto missing = find_static_directory(given + "/not", "/nonexistent");
  REQUIRE_FALSE(missing.has_value());
  CHECK(missing.error().message.find("-static") != std::string::npos);
  const std::string bin = tree.make_directory("prefix/libexec/halcyon");
  const auto none = find_static_directory(std::nullopt, bin);
  REQUIRE_FALSE(none.has_value());
  CHECK(none.error().message.find(bin) != std::string::npos);
  tree.make_directory("prefix/share/halcyon/web");
  CHECK(find_static_directory(std::nullopt, bin) == bin + "/../../share/halcyon/web");
}

TEST_CASE("the worker program is the one given, else the one beside this") {
  const Tree tree;
  const std::string given = tree.make_program("given");
  CHECK(find_mediad(given, "/nonexistent") == given);
  CHECK_FALSE(find_mediad(given + "x", "/nonexistent").has_value());
  const std::string here = tree.make_directory("build/signald");
  CHECK_FALSE(find_mediad("", here).has_value());
  tree.make_program("build/mediad/mediad");
  CHECK(find_mediad("", here) == here + "/../mediad/mediad");
  std::ofstream(tree.directory->path() + "/text") << "no program";
  CHECK_FALSE(find_mediad(tree.directory->path() + "/text", here).has_value());
}

TEST_CASE("what is missing at start is named, with the flag that mends it") {
  const Tree tree;
  const Options good = plain_options(tree);
  CHECK(error_of(good).empty());

  Options no_static = good;
  no_static.static_directory = "/nonexistent/static";
  CHECK(error_of(no_static).find("/nonexistent/static") != std::string::npos);

  Options no_key = good;
  no_key.insecure = false;
  std::ofstream(good.data_directory + "/cert.pem") << "x";
  CHECK(error_of(no_key).find("key.pem") != std::string::npos);

  const auto first = prepare(good, "/nonexistent");
  REQUIRE(first.has_value());
  Options busy = good;
  busy.http.port = first->socket->port();
  CHECK(error_of(busy).find("-http") != std::string::npos);

  Options no_worker = good;
  no_worker.mediad = "/nonexistent/mediad";
  CHECK(error_of(no_worker).find("-mediad") != std::string::npos);
  no_worker.workers = 0;
  CHECK(error_of(no_worker).empty());
}

TEST_CASE("the workers' socket is private unless it is named") {
  const Tree tree;
  Options options = plain_options(tree);
  const auto own = prepare(options, "/nonexistent");
  REQUIRE(own.has_value());
  CHECK(own->workers.ipc_path == own->private_directory->path() + "/workers.sock");
  CHECK_FALSE(own->workers.group_may_connect);
  options.ipc = "/run/halcyon/workers.sock";
  const auto named = prepare(options, "/nonexistent");
  REQUIRE(named.has_value());
  CHECK(named->workers.ipc_path == "/run/halcyon/workers.sock");
  CHECK(named->workers.group_may_connect);
}

TEST_CASE("DeadlineDriver calls at each deadline, also at one that moved closer, and then rests") {
  uv::Loop loop;
  Timestamp next = monotonic_now() + TimeDelta::seconds(3600);
  int calls = 0;
  DeadlineDriver driver(
      loop, [&] { return next; },
      [&] {
        CHECK(monotonic_now() >= next);
        next = ++calls < 3 ? monotonic_now() + TimeDelta::millis(1) : Timestamp::never();
      });
  uv::Timer nearer(loop, [&] { next = monotonic_now() + TimeDelta::millis(1); });
  nearer.start_once(TimeDelta::millis(1));
  loop.run();  // ends when nothing is left to wait for
  CHECK(calls == 3);
}

TEST_CASE("shutdown begins once, waits for the clients and finishes") {
  uv::Loop loop;
  int begun = 0;
  int looks = 0;
  bool finished = false;
  Shutdown shutdown(loop, {.begin =
                               [&] {
                                 ++begun;
                                 ::raise(SIGINT);
                               },
                           .clients_gone = [&] { return ++looks == 3; },
                           .finish =
                               [&](std::function<void()> done) {
                                 finished = true;
                                 done();
                               }});
  uv::Timer guard(loop, [&] { loop.stop(); });
  guard.start_once(TimeDelta::seconds(10));
  ::raise(SIGTERM);
  loop.run();
  CHECK(begun == 1);
  CHECK(looks == 3);
  CHECK(finished);
}

TEST_CASE("costly passwords are checked elsewhere, cheap ones at once") {
  uv::Loop loop;
  std::optional<PasswordMatch> cheap;
  std::optional<PasswordMatch> costly;
  ThreadedVerifier verifier(loop);
  Password plain;
  plain.type = Password::Type::kPlain;
  plain.key = "secret";
  verifier.verify(plain, "secret", Moment{}, [&](PasswordMatch m, Moment) { cheap = m; });
  CHECK(cheap == PasswordMatch::kMatch);
  Password hashed;
  hashed.type = Password::Type::kBcrypt;
  hashed.key = "$2a$04$abcdefghijklmnopqrstuuJ1.1mmKhQOlq6Wv9cQGqEUpJzC1a3rK";
  verifier.verify(hashed, "wrong", Moment{}, [&](PasswordMatch m, Moment) { costly = m; });
  CHECK_FALSE(costly.has_value());
  loop.run();
  CHECK(costly == PasswordMatch::kMismatch);
}

TEST_CASE("too many costly passwords at once are refused, not queued") {
  uv::Loop loop;
  int overloaded = 0;
  int answers = 0;
  ThreadedVerifier verifier(loop);
  Password hashed;
  hashed.type = Password::Type::kBcrypt;
  hashed.key = "$2a$04$abcdefghijklmnopqrstuuJ1.1mmKhQOlq6Wv9cQGqEUpJzC1a3rK";
  for (std::size_t i = 0; i < kMaxPendingPasswords + 2; ++i) {
    verifier.verify(hashed, "x", Moment{}, [&](PasswordMatch m, Moment) {
      ++answers;
      if (m == PasswordMatch::kOverloaded) ++overloaded;
    });
  }
  CHECK(overloaded == 2);
  loop.run();
  CHECK(answers == static_cast<int>(kMaxPendingPasswords) + 2);
}
