#include <doctest/doctest.h>

#include "signald/http/base_url.h"
#include "signald/http/content_type.h"
#include "signald/http/group_url.h"
#include "signald/http/listen_address.h"
#include "signald/http/origin.h"
#include "signald/http/security_headers.h"

using namespace halcyon::signald;

TEST_CASE("content types are those browsers need") {
  CHECK(content_type_of("index.html") == "text/html; charset=utf-8");
  CHECK(content_type_of("A.CSS") == "text/css; charset=utf-8");
  CHECK(content_type_of("x.min.mjs") == "text/javascript; charset=utf-8");
  CHECK(content_type_of("m.wasm") == "application/wasm");
  CHECK(content_type_of("r.webm") == "video/webm");
  CHECK(content_type_of("Makefile") == "application/octet-stream");
  CHECK(content_type_of("x.") == "application/octet-stream");
  CHECK(content_type_of("x.averylongextension") == "application/octet-stream");
}

TEST_CASE("the base URL takes from proxyURL what it says and the rest from the request") {
  struct Row {
    const char* proxy;
    bool tls;
    const char* host;
    const char* expected;
  };
  const Row rows[] = {
      {"", true, "a.org", "https://a.org"},
      {"", false, "a.org:80", "http://a.org:80"},
      {"/base", false, "a.org", "http://a.org/base"},
      {"http:", true, "a.org", "http://a.org"},
      {"https:/base", false, "a.org", "https://a.org/base"},
      {"https://b.org/", true, "a.org", "https://b.org"},
      {"HTTPS://b.org:8443/x/?q#f", true, "a.org", "https://b.org:8443/x"},
      {"https://[::1]:8443", false, "a.org", "https://[::1]:8443"},
      {"//c.org", true, "a.org", "https://c.org"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.proxy);
    const auto base = base_url(row.proxy, row.tls, row.host);
    REQUIRE(base.has_value());
    CHECK(base->scheme + "://" + base->host + base->prefix == row.expected);
  }
  CHECK_FALSE(base_url("b.org", true, "a.org").has_value());
  CHECK_FALSE(base_url("https://b .org", true, "a.org").has_value());
}

TEST_CASE("an origin passes by absence, by host, or by the list") {
  const std::vector<std::string> list = {"https://app.example.org", "null"};
  CHECK(origin_allowed("", "a.org", {}));
  CHECK(origin_allowed("https://A.org:8443", "a.ORG:8443", {}));
  CHECK(origin_allowed("http://a.org", "a.org", {}));
  CHECK(origin_allowed("HTTPS://app.example.org", "a.org", list));
  CHECK(origin_allowed("null", "a.org", list));
  CHECK_FALSE(origin_allowed("https://a.org", "a.org:8443", {}));
  CHECK_FALSE(origin_allowed("https://evil.org", "a.org", {"*"}));
  CHECK_FALSE(origin_allowed("https://app.example.org.evil.org", "a.org", list));
  CHECK_FALSE(origin_allowed("null", "a.org", {}));
  CHECK_FALSE(origin_allowed("https://", "", {}));
}

TEST_CASE("CORS headers always vary and name only allowed origins") {
  Request request;
  request.headers.add("host", "a.org");
  request.headers.add("origin", "https://app.example.org");
  Headers with;
  add_cors_headers(with, request, {"https://app.example.org"});
  CHECK(with.get("access-control-allow-origin") == "https://app.example.org");
  CHECK(with.get("vary") == "Origin");
  Headers without;
  add_cors_headers(without, request, {});
  CHECK_FALSE(without.has("access-control-allow-origin"));
  CHECK(without.get("vary") == "Origin");
}

TEST_CASE("the policy lets a group's page reach its authorisation server and cannot be widened") {
  Headers plain;
  add_security_headers(plain, "");
  CHECK(plain.get("content-security-policy").starts_with("connect-src ws: wss: 'self'; "));
  CHECK(plain.get("referrer-policy") == "no-referrer");
  CHECK(plain.get("x-content-type-options") == "nosniff");
  Headers with;
  add_security_headers(with, "https://auth.example.org/");
  CHECK(with.get("content-security-policy")
            .starts_with("connect-src https://auth.example.org/ ws: wss: 'self'; "));
  Headers attacked;
  add_security_headers(attacked, "x; script-src *");
  CHECK(attacked.get("content-security-policy") == plain.get("content-security-policy"));
}

TEST_CASE("group URLs split at the first component that begins with a dot") {
  struct Row {
    const char* path;
    const char* group;
    const char* kind;
    const char* rest;
  };
  const Row rows[] = {
      {"/group/a/", "a", "", ""},
      {"/group/a", "a", "", ""},
      {"/group/a/b/", "a/b", "", ""},
      {"/group/a/.status", "a", ".status", ""},
      {"/group/a/.status.json", "a", ".status.json", ""},
      {"/group/a/b/.whip/17", "a/b", ".whip", "/17"},
      {"/group/a/.whip/", "a", ".whip", "/"},
      {"/group/", "", "", ""},
      {"/group/.x", "", ".x", ""},
      {"/group/a.b/", "a.b", "", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.path);
    const GroupUrl url = parse_group_url(row.path);
    CHECK(url.group == row.group);
    CHECK(url.kind == row.kind);
    CHECK(url.rest == row.rest);
  }
}

TEST_CASE("listening addresses are ports, hosts with ports, or socket paths") {
  CHECK(parse_listen_address(":8443")->port == 8443);
  CHECK(parse_listen_address(":8443")->host.empty());
  CHECK(parse_listen_address("127.0.0.1:80")->host == "127.0.0.1");
  CHECK(parse_listen_address("[2001:db8::1]:443")->host == "2001:db8::1");
  CHECK(parse_listen_address("[2001:db8::1]:443")->to_string() == "[2001:db8::1]:443");
  CHECK(parse_listen_address("/run/x.sock")->unix_path == "/run/x.sock");
  for (const char* text : {"", "8443", ":", ":x", ":65536", ":-1", "::1:80", "[::1]", "[::1:80",
                           "[]:80", "a:b:80", ":80 "}) {
    CAPTURE(text);
    CHECK_FALSE(parse_listen_address(text).has_value());
  }
}
