#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>

#include "signald/http/file_root.h"
#include "signald/http/group_handlers.h"
#include "signald/http/router.h"
#include "signald/http/static_files.h"
#include "tests/unit/temporary_directory.h"

using namespace halcyon;
using namespace halcyon::signald;
namespace fs = std::filesystem;

namespace {

struct FakeConfig final : GlobalConfigSource {
  ResultOr<const GlobalConfig*> current() override {
    if (broken) return fail("broken");
    return &config;
  }
  GlobalConfig config;
  bool broken = false;
};

struct FakeGroups final : GroupPages {
  Result<GroupPage, PageError> page(std::string_view name, Moment) override {
    if (name == "broken") return make_unexpected(PageError::kInternal);
    if (name == "moved") return GroupPage{"moved", "https://b.org/", ""};
    if (name == "a" || name == "a/b" || name == "c++") {
      return GroupPage{std::string(name), "", "https://auth.org/"};
    }
    return make_unexpected(PageError::kNotFound);
  }
  Result<std::string, PageError> status_json(std::string_view name, const BaseUrl& base,
                                             Moment now) override {
    if (const auto p = page(name, now); !p) return make_unexpected(p.error());
    return "{\"name\":\"" + std::string(name) + "\",\"location\":\"" + base.scheme + "://" +
           base.host + "\"}";
  }
  Result<std::string, PageError> public_groups_json(const BaseUrl&, Moment) override {
    return "[]";
  }
};

/// A client's files with something outside that must stay there.
struct Site {
  Site() {
    outer.write("secret", "secret");
    outer.write("static/index.html", "<html>index</html>");
    outer.write("static/galene.html", "<html>group</html>");
    outer.write("static/404.html", "<html>lost</html>");
    outer.write("static/common.css", "body{}");
    outer.write("static/empty/x.txt", "x");
    outer.write("static/sub/index.html", "sub");
    fs::create_directory_symlink("sub", outer.path() / "static/inside");
    fs::create_symlink("../secret", outer.path() / "static/outside");
    fs::create_symlink("/etc/passwd", outer.path() / "static/absolute");
    REQUIRE(::mkfifo((outer.path() / "static/fifo").c_str(), 0600) == 0);
    root = std::move(*FileRoot::open(outer.path() / "static", "static files"));
    files.emplace(*root, config);
    group_handlers.emplace(groups, *root, config, nullptr);
    public_groups.emplace(groups, config);
    router.emplace(*files);
    router->add_prefix("/group/", *group_handlers);
    router->add_exact("/public-groups.json", *public_groups);
    router->add_exact("/ws", not_an_upgrade);
  }
  Response get(const std::string& path, Method method = Method::kGet,
               const std::string& query = "") {
    Request request;
    request.method = method;
    request.path = path;
    // Dots come encoded, or the router would clean the path.
    for (const char c : path) request.escaped_path += c == '.' ? "%2e" : std::string(1, c);
    return ask(std::move(request), query);
  }
  Response ask(Request request, const std::string& query = "") {
    request.query = query;
    request.tls = true;
    request.headers.add("host", "a.org");
    std::optional<Response> got;
    router->handle(request, Moment{}, [&](Response r) { got = std::move(r); });
    REQUIRE(got.has_value());
    return std::move(*got);
  }
  int status(const std::string& path) { return get(path).status; }

  TemporaryDirectory outer;
  FakeConfig config;
  FakeGroups groups;
  std::unique_ptr<FileRoot> root;
  std::optional<StaticFiles> files;
  std::optional<GroupHandlers> group_handlers;
  std::optional<PublicGroups> public_groups;
  NotAnUpgrade not_an_upgrade;
  std::optional<Router> router;
};

std::string text_of(const Response& response) {
  std::string out;
  for (const BodyPart& part : response.body) {
    if (const auto* text = std::get_if<std::string>(&part)) {
      out += *text;
    } else {
      const FilePart& file = std::get<FilePart>(part);
      std::string piece(file.length, '\0');
      REQUIRE(::pread(file.file->fd(), piece.data(), file.length,
                      static_cast<off_t>(file.offset)) == static_cast<ssize_t>(file.length));
      out += piece;
    }
  }
  return out;
}

}  // namespace

TEST_CASE("static files are found, typed, tagged and secured") {
  Site site;
  const Response index = site.get("/");
  CHECK(index.status == 200);
  CHECK(text_of(index) == "<html>index</html>");
  CHECK(index.headers.get("content-type") == "text/html; charset=utf-8");
  CHECK(index.headers.get("cache-control") == "max-age=1800");
  CHECK(index.headers.has("etag"));
  CHECK(index.headers.has("last-modified"));
  CHECK(index.headers.has("content-security-policy"));
  CHECK(site.status("/index.html") == 200);
  CHECK(site.get("/common.css").headers.get("content-type") == "text/css; charset=utf-8");
}

TEST_CASE("directories redirect, are indexed or forbidden") {
  Site site;
  CHECK(site.get("/sub", Method::kGet, "q=1").status == 308);
  CHECK(site.get("/sub", Method::kGet, "q=1").headers.get("location") == "/sub/?q=1");
  CHECK(text_of(site.get("/sub/")) == "sub");
  CHECK(site.status("/empty/") == 403);
}

TEST_CASE("a path with empty segments or dots as they are is led to the one without") {
  Site site;
  for (const char* path : {"//sub/", "/./sub/", "/x/../sub/", "/../sub/.", "/sub//"}) {
    CAPTURE(path);
    Request request;
    request.path = request.escaped_path = path;
    const Response response = site.ask(std::move(request), "q=1");
    CHECK(response.status == 301);
    CHECK(response.headers.get("location") == "/sub/?q=1");
  }
}

TEST_CASE("nothing outside the root is served") {
  Site site;
  for (const char* path : {"/outside", "/absolute", "/../secret", "/sub/../../secret", "/fifo",
                           "/common.css/", "/common.css/x", "/missing"}) {
    CAPTURE(path);
    const Response response = site.get(path);
    CHECK(response.status == 404);
    CHECK(text_of(response) == "<html>lost</html>");
    CHECK(response.headers.has("content-security-policy"));
  }
  CHECK(site.status(std::string("/a\0b", 4)) == 404);
  CHECK(site.status("/" + std::string(5000, 'x')) == 404);
  CHECK(text_of(site.get("/inside/")) == "sub");
}

TEST_CASE("the 404 page has a substitute") {
  Site site;
  fs::remove(site.outer.path() / "static/404.html");
  CHECK(text_of(site.get("/missing")) == "<p>Not found</p>\n");
}

TEST_CASE("files answer GET and HEAD only") {
  Site site;
  CHECK(site.get("/", Method::kHead).status == 200);
  const Response refused = site.get("/", Method::kPost);
  CHECK(refused.status == 405);
  CHECK(refused.headers.get("allow") == "GET, HEAD");
}

TEST_CASE("a range and several ranges come out right") {
  Site site;
  Request request;
  request.path = "/common.css";
  request.headers.add("host", "a.org");
  request.headers.add("range", "bytes=1-2");
  std::optional<Response> one;
  site.files->handle(request, Moment{}, [&](Response r) { one = std::move(r); });
  CHECK(one->status == 206);
  CHECK(text_of(*one) == "od");
  CHECK(one->headers.get("content-range") == "bytes 1-2/6");
  request.headers.set("range", "bytes=0-0,5-5");
  std::optional<Response> two;
  site.files->handle(request, Moment{}, [&](Response r) { two = std::move(r); });
  CHECK(two->status == 206);
  const std::string type(two->headers.get("content-type"));
  const std::string boundary = type.substr(type.find('=') + 1);
  const std::string part = "\r\n--" + boundary + "\r\ncontent-type: text/css; charset=utf-8\r\n";
  CHECK(text_of(*two) == part + "content-range: bytes 0-0/6\r\n\r\nb" + part +
                             "content-range: bytes 5-5/6\r\n\r\n}" + "\r\n--" + boundary +
                             "--\r\n");
  CHECK(two->body_length() == text_of(*two).size());
  request.headers.set("range", "bytes=6-");
  std::optional<Response> none;
  site.files->handle(request, Moment{}, [&](Response r) { none = std::move(r); });
  CHECK(none->status == 416);
  CHECK(none->headers.get("content-range") == "bytes */6");
}

TEST_CASE("group pages are served under their one URL") {
  Site site;
  const Response page = site.get("/group/a/");
  CHECK(page.status == 200);
  CHECK(text_of(page) == "<html>group</html>");
  CHECK(page.headers.get("content-security-policy").starts_with("connect-src https://auth.org/ "));
  CHECK(site.get("/group/a", Method::kGet, "token=x").headers.get("location") ==
        "/group/a/?token=x");
  CHECK(site.status("/group/a") == 308);
  CHECK(site.status("/group/a/b/") == 200);
  CHECK(site.status("/group/nobody/") == 404);
  CHECK(site.status("/group/broken/") == 500);
  CHECK(site.status("/group/") == 404);
  CHECK(site.status("/group/a/.other") == 404);
  CHECK(site.status("/group/a/.whip") == 404);
  CHECK(site.get("/group/moved/").headers.get("location") == "https://b.org/");
  CHECK(site.get("/group", Method::kGet, "q").headers.get("location") == "/group/?q");
}

TEST_CASE("a plus sign that became a blank leads to the group that was meant") {
  Site site;
  const Response response = site.get("/group/c  /", Method::kGet, "t=1");
  CHECK(response.status == 308);
  CHECK(response.headers.get("location") == "/group/c%2B%2B/?t=1");
  CHECK(site.status("/group/c++/") == 200);
  CHECK(site.status("/group/c  /.status") == 200);
  CHECK(site.status("/group/d  /.status") == 404);
}

TEST_CASE("status is JSON that is not cached") {
  Site site;
  const Response status = site.get("/group/a/.status");
  CHECK(status.status == 200);
  CHECK(text_of(status) == "{\"name\":\"a\",\"location\":\"https://a.org\"}\n");
  CHECK(status.headers.get("content-type") == "application/json");
  CHECK(status.headers.get("cache-control") == "no-cache");
  CHECK(site.get("/group/a/.status.json").headers.get("location") == "/group/a/.status");
  CHECK(site.status("/group/nobody/.status") == 404);
  CHECK(text_of(site.get("/public-groups.json")) == "[]\n");
}

TEST_CASE("a broken configuration stops status but not pages") {
  Site site;
  site.config.broken = true;
  CHECK(site.status("/group/a/.status") == 500);
  CHECK(site.status("/public-groups.json") == 500);
  CHECK(site.status("/group/a/") == 200);
}

TEST_CASE("another host than the canonical one is sent there, except by /ws and the public list") {
  Site site;
  site.config.config.canonical_host = "meet.org:8443";
  const Response response = site.get("/group/a/", Method::kGet, "token=x");
  CHECK(response.status == 301);
  CHECK(response.headers.get("location") == "https://meet.org:8443/group/a/?token=x");
  CHECK(site.status("/") == 301);
  CHECK(site.status("/public-groups.json") == 200);
  CHECK(site.status("/ws") == 400);
  site.config.config.canonical_host = "A.ORG";
  CHECK(site.status("/") == 200);
}

TEST_CASE("FileRoot says what it cannot open") {
  const auto missing = FileRoot::open("/nonexistent/halcyon", "static files");
  REQUIRE_FALSE(missing.has_value());
  CHECK(missing.error().message.find("/nonexistent/halcyon") != std::string::npos);
}
