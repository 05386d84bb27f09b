#include <doctest/doctest.h>

#include <string>

#include "signald/http/form.h"
#include "signald/recordings/recordings_page.h"
#include "signald/recordings/recordings_url.h"

using namespace halcyon;
using namespace halcyon::signald;

TEST_CASE("a recordings URL names a group and perhaps a file") {
  CHECK(parse_recordings_url("/recordings/g/") == RecordingsUrl{"g", ""});
  CHECK(parse_recordings_url("/recordings/g") == RecordingsUrl{"g", ""});
  CHECK(parse_recordings_url("/recordings/a/b/") == RecordingsUrl{"a/b", ""});
  CHECK(parse_recordings_url("/recordings/g/x.webm") == RecordingsUrl{"g", "x.webm"});
  CHECK(parse_recordings_url("/recordings/a/b/x y.webm") == RecordingsUrl{"a/b", "x y.webm"});
}

TEST_CASE("a recordings URL without a group, or with a hidden or impossible one, names nothing") {
  for (const char* path : {"/recordings/", "/recordings/.x", "/recordings/.g/", "/recordings/a/.b/",
                           "/recordings/.g/x", "/recordings/../x", "/recordings/a/../x",
                           "/recordings//", "/recordings/a\\b/", "/elsewhere/g/"}) {
    CAPTURE(path);
    CHECK_FALSE(parse_recordings_url(path));
  }
}

TEST_CASE("the path of a group's recordings is encoded") {
  CHECK(recordings_path("a/b c") == "/recordings/a/b%20c/");
  CHECK(recordings_path("é\"<") == "/recordings/%C3%A9%22%3C/");
}

TEST_CASE("sizes are readable") {
  CHECK(readable_size(0) == "0 B");
  CHECK(readable_size(1023) == "1023 B");
  CHECK(readable_size(1536) == "1.5 KiB");
  CHECK(readable_size(3'221'225'472) == "3.0 GiB");
  CHECK(readable_size(~0ull) == "16.0 EiB");
}

TEST_CASE("nothing that people named is markup on the page") {
  const std::string page = recordings_page(
      "<g>&\"", {{"<script>alert('1')</script>.webm", {1536, 1'700'000'000'000'000'000}}});
  CHECK(page.find("<script>") == std::string::npos);
  CHECK(page.find("<title>Recordings for group &lt;g&gt;&amp;&#34;</title>") != std::string::npos);
  CHECK(page.find("action=\"/recordings/%3Cg%3E%26%22/\" method=\"post\"") != std::string::npos);
  CHECK(page.find("href=\"./%3Cscript%3E") != std::string::npos);
  CHECK(page.find(
            "name=\"filename\" value=\"&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;.webm\"") !=
        std::string::npos);
  CHECK(page.find("name=\"q\" value=\"delete\"") != std::string::npos);
  CHECK(page.find("<data value=\"1536\"") != std::string::npos);
  CHECK(page.find("2023-11-14 22:13 UTC") != std::string::npos);
}

TEST_CASE("an empty list says so") {
  CHECK(recordings_page("g", {}).find("no recordings yet") != std::string::npos);
}

TEST_CASE("forms are decoded") {
  CHECK(parse_form("")->empty());
  CHECK(parse_form("a=b&c=d+e%21&&f") == Form{{"a", "b"}, {"c", "d e!"}, {"f", ""}});
  CHECK(parse_form("a=1&a=2") == Form{{"a", "1"}});
  CHECK(parse_form("a=b=c") == Form{{"a", "b=c"}});
}

TEST_CASE("forms with broken escapes or without end are refused") {
  CHECK_FALSE(parse_form("a=%"));
  CHECK_FALSE(parse_form("a=%4"));
  CHECK_FALSE(parse_form("%zz=1"));
  std::string many;
  for (std::size_t i = 0; i <= kMaxFormFields; ++i) many += "f" + std::to_string(i) + "=&";
  CHECK_FALSE(parse_form(many));
}
