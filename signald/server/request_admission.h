#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "common/result/result.h"
#include "signald/http/handler.h"
#include "signald/http/http_message.h"

namespace halcyon::signald {

/// Why a request goes no further than its head.
struct Refusal {
  int status = 400;
  std::string_view text;  // a sentence for people; static
};

/// A body that turned out, or says it will be, longer than its handler allows.
inline constexpr Refusal kBodyTooLarge = {413, "Request body too large"};
inline constexpr Refusal kHeadTooLarge = {431, "Request Header Fields Too Large"};

/// Methods are case-sensitive (RFC 9110 9.1).
Method method_of(std::string_view name);

/// Fills path, escaped_path and query from a request target: origin-form, or absolute-form, whose
/// authority then replaces the field `host` (RFC 9112 3.2). "*" is taken for OPTIONS and leaves "*"
/// as the path. 400 for anything else, for a fragment, and for broken percent-encoding.
Result<void, Refusal> set_target(Request& request, std::string_view target);

/// RFC 9110 7.2: one host, well-formed as far as its characters go.
bool is_valid_host(std::string_view host);

/// How much body a request may bring.
struct BodyAllowance {
  std::size_t limit = 0;  // bytes
  bool keep = false;      // false: it is read and thrown away
};

/// What `handler` allows, bounded by our own limits; 413 when `content_length` says it will be
/// more.
Result<BodyAllowance, Refusal> admit_body(const Handler& handler, const Request& head,
                                          std::optional<std::uint64_t> content_length);

/// The answer to a refused request.
Response refusal_response(const Refusal& refusal);

/// The answer to "OPTIONS *", which asks about the server as a whole (RFC 9110 9.3.7).
Response server_options();

}  // namespace halcyon::signald
