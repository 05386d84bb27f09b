#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "signald/http/precompressed.h"

using namespace halcyon;
using namespace halcyon::signald;
namespace fs = std::filesystem;

namespace {

struct Files {
  Files() {
    std::string name = (fs::temp_directory_path() / "halcyon-variants-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    directory = name;
    write("a.js", "the file itself");
    write("a.js.br", "brotli");
    write("a.js.gz", "gzipped");
    write("b.js", "no copies");
    write("c.js", "changed since");
    write("c.js.gz", "old");
    fs::last_write_time(directory / "c.js.gz", fs::last_write_time(directory / "c.js") - std::chrono::hours(1));
    fs::create_directory(directory / "d.js.br");
    write("d.js", "beside a directory");
    root = std::move(*FileRoot::open(directory.string(), "static files"));
  }
  ~Files() { fs::remove_all(directory); }
  void write(const std::string& name, const std::string& text) const { std::ofstream(directory / name) << text; }

  std::string encoding(const std::string& path, const std::string& accepted, bool range = false) const {
    Headers request;
    if (!accepted.empty()) request.add("accept-encoding", accepted);
    if (range) request.add("range", "bytes=0-1");
    const auto variant = open_variant(*root, path, request);
    REQUIRE(variant);
    Headers answer;
    add_variant_headers(answer, *variant);
    CHECK(answer.get("content-encoding") == variant->encoding);
    return std::string(variant->encoding) + (answer.has("vary") ? " varies" : "");
  }

  fs::path directory;
  std::unique_ptr<FileRoot> root;
};

}  // namespace

TEST_CASE("the best copy that the client takes is sent") {
  const Files files;
  CHECK(files.encoding("/a.js", "gzip, deflate, br") == "br varies");
  CHECK(files.encoding("/a.js", "gzip") == "gzip varies");
  CHECK(files.encoding("/a.js", "gzip, br;q=0") == "gzip varies");
  CHECK(files.encoding("/a.js", "*") == "br varies");
}

TEST_CASE("the file itself is sent to those who take nothing else, and to those who want a part") {
  const Files files;
  CHECK(files.encoding("/a.js", "") == " varies");
  CHECK(files.encoding("/a.js", "deflate") == " varies");
  CHECK(files.encoding("/a.js", "br;q=0, gzip;q=0.0") == " varies");
  CHECK(files.encoding("/a.js", "gzip, br", true) == " varies");
  CHECK(files.encoding("/b.js", "gzip, br").empty());
}

TEST_CASE("copies older than the file, and directories of that name, are no copies") {
  const Files files;
  CHECK(files.encoding("/c.js", "gzip").empty());
  CHECK(files.encoding("/d.js", "br").empty());
}

TEST_CASE("a missing file is missing even if a copy is there") {
  const Files files;
  files.write("gone.js.br", "x");
  CHECK(open_variant(*files.root, "/gone.js", {}).error() == OpenError::kNotFound);
}

TEST_CASE("Accept-Encoding is read as RFC 9110 has it") {
  CHECK(accepts_encoding("GZIP", "gzip"));
  CHECK(accepts_encoding(" br ; q=0.5 ,gzip", "br"));
  CHECK(accepts_encoding("*;q=0.1", "br"));
  CHECK_FALSE(accepts_encoding("", "br"));
  CHECK_FALSE(accepts_encoding("brotli", "br"));
  CHECK_FALSE(accepts_encoding("*;q=0", "br"));
  CHECK_FALSE(accepts_encoding("br;q=0.000, *", "br"));
}
