#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "common/result/result.h"
#include "signald/http/http_message.h"
#include "signald/server/request_admission.h"

namespace halcyon::signald {

/// The head of an HTTP/1 request, with what it says about the connection.
struct Http1Head {
  Request request;                              // without peer, tls and body
  std::optional<std::uint64_t> content_length;  // none: chunked, or no body
  bool chunked = false;
  bool keep_alive = false;
  bool http10 = false;
  bool expects_continue = false;

  bool has_body() const { return chunked || content_length.value_or(0) > 0; }
};

/// One HTTP/1.0 or 1.1 request (RFC 9112), over Boost.Beast's parser. What is ambiguous is refused.
class Http1Parser {
 public:
  Http1Parser();
  ~Http1Parser();

  /// Reads the head, of which `input` must hold all bytes since the first. 0: it is not complete.
  /// Otherwise how long it was; head() is then valid.
  Result<std::size_t, Refusal> read_head(std::string_view input);
  Http1Head& head();

  /// Reads a part of the body.
  struct BodyStep {
    std::size_t consumed = 0;  // 0: there is not enough input for a next step
    std::string_view content;  // valid until the next call
    bool complete = false;
  };
  Result<BodyStep, Refusal> read_body(std::string_view input);

 private:
  class Reader;
  std::unique_ptr<Reader> reader_;
};

}  // namespace halcyon::signald
