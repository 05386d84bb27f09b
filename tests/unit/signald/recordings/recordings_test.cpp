#include <doctest/doctest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

#include "common/encoding/base64.h"
#include "signald/config/config_file.h"
#include "signald/groups/group_files.h"
#include "signald/recordings/recordings_handler.h"
#include "tests/unit/signald/config/memory_files.h"
#include "tests/unit/temporary_directory.h"

using namespace halcyon;
using namespace halcyon::signald;
namespace fs = std::filesystem;

namespace {

std::string basic(std::string_view credentials) {
  return "Basic " + base64_encode({reinterpret_cast<const std::uint8_t*>(credentials.data()),
                                   credentials.size()});
}

/// Recordings of group g, of which olga may see all, and a file outside that must stay.
struct Archive {
  Archive() {
    write("secret", "outside");
    write("static/404.html", "<html>lost</html>");
    write("recordings/loose.webm", "in no group");
    write("recordings/g/b.webm", "0123456789");
    write("recordings/g/a.webm", "old");
    write("recordings/g/.hidden", "x");
    write("recordings/g/sub/c.webm", "of a subgroup");
    fs::create_symlink("../../secret", outer / "recordings/g/outside.webm");
    fs::last_write_time(outer / "recordings/g/a.webm",
                        fs::file_time_type::clock::now() - std::chrono::hours(1));
    static_root = std::move(*FileRoot::open((outer / "static").string(), "static files"));
    files.write("groups/g.json", R"({"allow-recording":true,"auto-subgroups":true,"users":{
        "olga":{"password":"op","permissions":"op"},
        "paul":{"password":"p","permissions":"present"}}})");
    handler.emplace(RecordingsHandler::Parts{(outer / "recordings").string(), groups, passwords,
                                             config, *static_root});
    const auto clock = std::chrono::system_clock::now().time_since_epoch();
    now.wall.us = std::chrono::duration_cast<std::chrono::microseconds>(clock).count();
  }

  void write(const std::string& name, const std::string& text) const {
    directory.write(name, text);
  }
  bool has(const std::string& name) const { return fs::exists(outer / "recordings" / name); }

  /// Empty while the answer is held back.
  std::optional<Response> ask(Request request) {
    request.headers.set("host", "a.org");
    answer.reset();
    handler->handle(request, now, [this](Response response) { answer = std::move(response); });
    return answer;
  }
  Response request(Method method, const std::string& path, const std::string& user = "olga:op",
                   const std::string& body = "") {
    Request request;
    request.method = method;
    request.path = path;
    request.body = body;
    if (!user.empty()) {
      request.headers.add("authorization", basic(user));
    }
    const auto response = ask(request);
    REQUIRE(response);
    return *response;
  }
  int status(Method method, const std::string& path, const std::string& user = "olga:op",
             const std::string& body = "") {
    return request(method, path, user, body).status;
  }

  TemporaryDirectory directory;
  const fs::path& outer = directory.path();
  std::unique_ptr<FileRoot> static_root;
  MemoryFiles files;
  ConfigFile config{files, "data/config.json"};
  GroupFiles groups{files, "groups"};
  SynchronousVerifier passwords;
  std::optional<RecordingsHandler> handler;
  Moment now{Timestamp::from_ms(1'000'000), {}};
  std::optional<Response> answer;
};

std::string text_of(const Response& response) { return std::get<std::string>(response.body.at(0)); }

}  // namespace

TEST_CASE("who may record sees the list, sorted, without hidden files, links and directories") {
  Archive archive;
  const Response response = archive.request(Method::kGet, "/recordings/g/");
  CHECK(response.status == 200);
  CHECK(response.headers.get("content-type") == "text/html; charset=utf-8");
  CHECK(response.headers.get("cache-control") == "no-cache");
  const std::string page = text_of(response);
  const auto a = page.find("a.webm");
  CHECK(a < page.find("b.webm"));
  CHECK(page.find("b.webm") != std::string::npos);
  CHECK(page.find(".hidden") == std::string::npos);
  CHECK(page.find("outside") == std::string::npos);
  CHECK(page.find("./sub") == std::string::npos);
}

TEST_CASE("nobody else learns what there is") {
  Archive archive;
  for (const char* path : {"/recordings/g/", "/recordings/g", "/recordings/g/b.webm",
                           "/recordings/g/nothing.webm", "/recordings/nogroup/x.webm"}) {
    CAPTURE(path);
    const Response anonymous = archive.request(Method::kGet, path, "");
    CHECK(anonymous.status == 401);
    CHECK(anonymous.headers.get("www-authenticate").starts_with("basic realm=\"recordings/"));
  }
  // A good password without the permission is told at once.
  CHECK(archive.status(Method::kGet, "/recordings/g/", "paul:p") == 401);
  CHECK(archive.request(Method::kGet, "/recordings/g/", "").headers.get("www-authenticate") ==
        "basic realm=\"recordings/g\"");
}

TEST_CASE("a wrong password is answered after 200 ms, for an unknown user and group too") {
  Archive archive;
  for (const char* user : {"olga:wrong", "nobody:op", "../x:op"}) {
    for (const char* path : {"/recordings/g/", "/recordings/nogroup/"}) {
      CAPTURE(user);
      Request request;
      request.path = path;
      request.headers.add("authorization", basic(user));
      CHECK_FALSE(archive.ask(request));
      const Timestamp due = archive.handler->next_deadline();
      CHECK(due == archive.now.now + TimeDelta::millis(200));
      archive.handler->handle_timeout(due);
      REQUIRE(archive.answer);
      CHECK(archive.answer->status == 401);
      CHECK(archive.handler->next_deadline().is_never());
    }
  }
}

TEST_CASE("who guesses passwords is stopped, by address") {
  Archive archive;
  Request request;
  request.path = "/recordings/g/";
  request.peer = *SocketAddress::parse("192.0.2.1", 1);
  request.headers.add("authorization", basic("olga:wrong"));
  for (std::int64_t i = 0; i < LoginThrottle::kBurst; ++i) CHECK_FALSE(archive.ask(request));
  CHECK(archive.ask(request)->status == 429);
  request.peer = *SocketAddress::parse("192.0.2.2", 1);
  CHECK_FALSE(archive.ask(request));
}

TEST_CASE("files are delivered, with ranges, and cached unless they may be growing") {
  Archive archive;
  const Response whole = archive.request(Method::kGet, "/recordings/g/b.webm");
  CHECK(whole.status == 200);
  CHECK(whole.headers.get("content-type") == "video/webm");
  CHECK(whole.headers.get("cache-control") == "no-cache");
  CHECK(whole.body_length() == 10);
  CHECK(archive.request(Method::kGet, "/recordings/g/a.webm").headers.get("cache-control") ==
        "max-age=1800");
  Request part;
  part.path = "/recordings/g/b.webm";
  part.headers.add("authorization", basic("olga:op"));
  part.headers.add("range", "bytes=2-4");
  const auto partial = archive.ask(part);
  CHECK(partial->status == 206);
  CHECK(partial->headers.get("content-range") == "bytes 2-4/10");
  CHECK(archive.status(Method::kPost, "/recordings/g/b.webm") == 405);
}

TEST_CASE("nothing outside the directory of a group is delivered or deleted") {
  Archive archive;
  CHECK(archive.status(Method::kGet, "/recordings/g/outside.webm") == 404);
  CHECK(archive.status(Method::kGet, "/recordings/g/nothing.webm") == 404);
  CHECK(archive.status(Method::kGet, "/recordings/loose.webm", "") == 401);
  CHECK(archive.status(Method::kGet, "/recordings/") == 400);
  CHECK(archive.status(Method::kPost, "/recordings/g/", "olga:op",
                       "q=delete&filename=outside.webm") == 404);
  CHECK(archive.status(Method::kPost, "/recordings/g/", "olga:op", "q=delete&filename=sub") == 404);
  CHECK(fs::exists(archive.outer / "secret"));
}

TEST_CASE("paths lead to the one that has the list") {
  Archive archive;
  const Response bare = archive.request(Method::kGet, "/recordings", "");
  CHECK(bare.status == 308);
  CHECK(bare.headers.get("location") == "/recordings/");
  const Response slash = archive.request(Method::kGet, "/recordings/g");
  CHECK(slash.status == 308);
  CHECK(slash.headers.get("location") == "/recordings/g/");
  CHECK(archive.status(Method::kGet, "/recordings/g/sub/") == 200);
  const Response automatic = archive.request(Method::kGet, "/recordings/g/sub");
  CHECK(automatic.status == 308);
  CHECK(automatic.headers.get("location") == "/recordings/g/sub/");
  archive.files.write("groups/g/own.json", "{}");
  const Response own = archive.request(Method::kGet, "/recordings/g/own", "");
  CHECK(own.status == 308);
  CHECK(own.headers.get("location") == "/recordings/g/own/");
  CHECK(archive.status(Method::kDelete, "/recordings/g/") == 405);
}

TEST_CASE("the form deletes a file") {
  Archive archive;
  const Response response =
      archive.request(Method::kPost, "/recordings/g/", "olga:op", "filename=b.webm&q=delete");
  CHECK(response.status == 303);
  CHECK(response.headers.get("location") == "/recordings/g/");
  CHECK_FALSE(archive.has("g/b.webm"));
  CHECK(archive.has("g/a.webm"));
}

TEST_CASE("a form that is not right deletes nothing and says why") {
  Archive archive;
  const auto refused = [&](const std::string& body) {
    const Response response = archive.request(Method::kPost, "/recordings/g/", "olga:op", body);
    return std::to_string(response.status) + " " + text_of(response);
  };
  CHECK(refused("filename=%") == "400 Couldn't parse request\n");
  CHECK(refused("filename=b.webm") == "400 Unknown query\n");
  CHECK(refused("q=keep&filename=b.webm") == "400 Unknown query\n");
  CHECK(refused("q=delete") == "400 No filename provided\n");
  for (const char* name : {"..%2Fg%2Fb.webm", "..", ".", "b.webm%00", "/etc/passwd"}) {
    CAPTURE(name);
    CHECK(refused(std::string("q=delete&filename=") + name) == "400 Bad character in filename\n");
  }
  CHECK(archive.status(Method::kPost, "/recordings/g/", "olga:op", "q=delete&filename=no") == 404);
  CHECK(archive.has("g/b.webm"));
}

TEST_CASE("a foreign page cannot delete with the browser's remembered password") {
  Archive archive;
  for (const auto& [name, value] :
       {std::pair{"origin", "https://evil.example"}, std::pair{"origin", "null"},
        std::pair{"sec-fetch-site", "cross-site"}, std::pair{"sec-fetch-site", "same-site"}}) {
    CAPTURE(value);
    Request request;
    request.method = Method::kPost;
    request.path = "/recordings/g/";
    request.body = "q=delete&filename=b.webm";
    request.headers.add("authorization", basic("olga:op"));
    request.headers.add(name, value);
    CHECK(archive.ask(request)->status == 403);
  }
  CHECK(archive.has("g/b.webm"));
}

TEST_CASE("our own page can delete: by the browser's word, by its origin, and behind a proxy") {
  Archive archive;
  // A policy of no-referrer would make browsers send "Origin: null" with the form.
  CHECK(archive.request(Method::kGet, "/recordings/g/").headers.get("referrer-policy") ==
        "same-origin");
  archive.files.write("data/config.json", R"({"proxyURL":"https://meet.org/base/"})");
  for (const auto& [origin, site] :
       {std::pair{"null", "same-origin"}, std::pair{"https://a.org", ""},
        std::pair{"https://meet.org", ""}, std::pair{"https://meet.org", "same-origin"}}) {
    CAPTURE(origin);
    Request request;
    request.method = Method::kPost;
    request.path = "/recordings/g/";
    request.body = "q=delete&filename=b.webm";
    request.headers.add("authorization", basic("olga:op"));
    request.headers.add("origin", origin);
    if (*site != '\0') request.headers.add("sec-fetch-site", site);
    archive.write("recordings/g/b.webm", "x");
    CHECK(archive.ask(request)->status == 303);
    CHECK_FALSE(archive.has("g/b.webm"));
  }
}

TEST_CASE("without the password a directory, a file and nothing look the same") {
  Archive archive;
  const auto challenge = [&](const std::string& path) {
    const Response response = archive.request(Method::kGet, path, "");
    return std::to_string(response.status) + " " +
           std::string(response.headers.get("www-authenticate")) + text_of(response);
  };
  const std::string nothing = challenge("/recordings/g/nothing");
  CHECK(nothing.starts_with("401 basic realm=\"recordings/g\""));
  CHECK(challenge("/recordings/g/sub") == nothing);
  CHECK(challenge("/recordings/g/b.webm") == nothing);
  for (const char* no_group : {"/recordings/g/a\\b", "/recordings/g/.hidden"}) {
    CHECK(challenge(no_group) == nothing);
  }
}

TEST_CASE("another host name leads to the canonical one") {
  Archive archive;
  archive.files.write("data/config.json", R"({"canonicalHost":"b.org"})");
  const Response response = archive.request(Method::kGet, "/recordings/g/", "");
  CHECK(response.status == 301);
  CHECK(response.headers.get("location") == "https://b.org/recordings/g/");
}

TEST_CASE("without any recordings there is no list, but the password is asked for all the same") {
  Archive archive;
  fs::remove_all(archive.outer / "recordings");
  CHECK(archive.status(Method::kGet, "/recordings/g/", "") == 401);
  CHECK(archive.status(Method::kGet, "/recordings/g/") == 404);
}
