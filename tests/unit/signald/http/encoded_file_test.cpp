#include "signald/http/encoded_file.h"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>

#include "signald/http/content_coding.h"

using namespace halcyon::signald;
namespace fs = std::filesystem;

namespace {

/// A static root with a script and whatever else a test adds.
struct Folder {
  Folder() {
    std::string name = (fs::temp_directory_path() / "halcyon-coding-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path = name;
    write("app.js", "a script that is not short");
    root = std::move(*FileRoot::open(path, "static files"));
  }
  ~Folder() { fs::remove_all(path); }
  void write(const std::string& name, const std::string& content) const {
    std::ofstream(path / name) << content;
  }
  Response get(const char* accept_encoding, const char* if_none_match = "") const {
    Request request;
    request.headers.add("accept-encoding", accept_encoding);
    if (*if_none_match != '\0') request.headers.add("if-none-match", if_none_match);
    return encoded_file_response(*root, request, *root->open_file("/app.js"), "/app.js",
                                 "max-age=1", {});
  }
  fs::path path;
  std::unique_ptr<FileRoot> root;
};

std::string names(std::string_view accept_encoding) {
  std::string out;
  for (const ContentCoding& coding : accepted_codings(accept_encoding)) {
    out.append(coding.name).append(" ");
  }
  return out;
}

}  // namespace

TEST_CASE("the codings of Accept-Encoding are read as RFC 9110 says") {
  CHECK(names("gzip, deflate, br, zstd") == "br gzip ");
  CHECK(names("GZIP") == "gzip ");
  CHECK(names("br;q=0, gzip;q=0.5") == "gzip ");
  CHECK(names("br;q=0.000") == "");
  CHECK(names("*") == "br gzip ");
  CHECK(names("*;q=0") == "");
  CHECK(names("gzip;q=0, *") == "br ");
  CHECK(names("identity") == "");
  CHECK(names("") == "");
  CHECK(names("brotli, x-br") == "");
  CHECK(names(";;q=, ,") == "");
}

TEST_CASE("a file with a compressed one beside it is sent compressed to who takes that") {
  const Folder folder;
  CHECK_FALSE(folder.get("gzip, br").headers.has("vary"));
  folder.write("app.js.br", "brotli");
  folder.write("app.js.gz", "gzipped");
  const Response plain = folder.get("");
  CHECK(plain.body_length() == 26);
  CHECK(plain.headers.get("vary") == "Accept-Encoding");
  CHECK_FALSE(plain.headers.has("content-encoding"));
  const Response brotli = folder.get("gzip, br");
  CHECK(brotli.body_length() == 6);
  CHECK(brotli.headers.get("content-encoding") == "br");
  CHECK(brotli.headers.get("content-type") == "text/javascript; charset=utf-8");
  CHECK(brotli.headers.get("vary") == "Accept-Encoding");
  const Response gzip = folder.get("gzip");
  CHECK(gzip.headers.get("content-encoding") == "gzip");
  CHECK(gzip.body_length() == 7);
}

TEST_CASE("each variant has an entity tag of its own") {
  const Folder folder;
  folder.write("app.js.br", "brotli");
  const std::string plain(folder.get("").headers.get("etag"));
  const std::string brotli(folder.get("br").headers.get("etag"));
  CHECK(brotli.ends_with("-br\""));
  CHECK(plain != brotli);
  CHECK(folder.get("br", brotli.c_str()).status == 304);
  CHECK(folder.get("br", plain.c_str()).status == 200);
  CHECK(folder.get("", brotli.c_str()).status == 200);
}

TEST_CASE("a variant older than its file is not used") {
  const Folder folder;
  folder.write("app.js.br", "brotli");
  fs::last_write_time(folder.path / "app.js.br",
                      fs::last_write_time(folder.path / "app.js") - std::chrono::seconds(1));
  CHECK_FALSE(folder.get("br").headers.has("content-encoding"));
}
