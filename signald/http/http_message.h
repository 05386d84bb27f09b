#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "common/net/socket_address.h"

namespace halcyon::signald {

/// Methods we tell apart; kOther is any other token.
enum class Method { kGet, kHead, kPost, kPut, kDelete, kPatch, kOptions, kOther };

/// Header fields in order of arrival; names in lower case.
class Headers {
 public:
  void add(std::string_view name, std::string_view value) { fields_.emplace_back(name, value); }
  /// Replaces an earlier field of that name.
  void set(std::string_view name, std::string_view value);
  void remove(std::string_view name);
  /// The first field of that name, or an empty view.
  std::string_view get(std::string_view name) const;
  bool has(std::string_view name) const;
  const std::vector<std::pair<std::string, std::string>>& fields() const { return fields_; }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

/// A whole request. `path` is percent-decoded: it may hold any bytes, and "." and ".." as segments
/// that came encoded.
struct Request {
  Method method = Method::kGet;
  std::string path;
  std::string escaped_path;  // as it was sent
  std::string query;         // still percent-encoded, without the question mark
  Headers headers;
  SocketAddress peer;  // empty on a Unix socket
  bool tls = false;
  std::string body;  // at most what Handler::body_limit() allowed
};

/// An open file of which a response sends a part; whoever holds it last closes it.
class FileHandle {
 public:
  explicit FileHandle(int fd) : fd_(fd) {}
  FileHandle(const FileHandle&) = delete;
  FileHandle& operator=(const FileHandle&) = delete;
  ~FileHandle();
  int fd() const { return fd_; }

 private:
  int fd_;
};

struct FilePart {
  std::shared_ptr<FileHandle> file;  // shared by the parts of a multipart answer
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};

using BodyPart = std::variant<std::string, FilePart>;
/// In bytes.
std::uint64_t part_length(const BodyPart& part);

/// RFC 9110 6.4.1: whatever the handler says.
constexpr bool status_has_no_body(int status) {
  return status == 204 || status == 304 || status < 200;
}

/// A whole response. The server adds date, content-length and connection, and leaves the body out
/// where there must be none.
struct Response {
  int status = 200;
  bool close = false;  // HTTP/1: the connection is to end with it
  Headers headers;
  std::vector<BodyPart> body;

  std::uint64_t body_length() const;
};

}  // namespace halcyon::signald
