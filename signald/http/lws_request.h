#pragma once

#include <cstddef>

#include "signald/http/http_message.h"

struct lws;

namespace halcyon::signald {

/// What libwebsockets has parsed of a request's head.
struct RequestHead {
  Request request;          // without peer and body
  std::size_t length = 0;   // of all the fields we know, for the limit
  bool has_length = false;  // Content-Length is there
  bool bad_length = false;  // … and is not a number
  std::uint64_t body_length = 0;
  bool malformed = false;  // the head is not what RFC 9112 allows
  bool unknown_version = false;
  bool chunked = false;  // Transfer-Encoding is there: libwebsockets does not read such bodies
};

RequestHead read_request_head(lws* wsi);

}  // namespace halcyon::signald
