#include "signald/server/http2_response.h"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <string>
#include <utility>

#include "signald/http/http_date.h"
#include "signald/server/field_value.h"

namespace halcyon::signald {
namespace {

/// RFC 9113 8.2.2: what says how an HTTP/1 message goes over its connection; and what we add.
bool is_left_out(std::string_view lower_case_name) {
  constexpr std::string_view kNames[] = {"connection",        "keep-alive", "proxy-connection",
                                         "transfer-encoding", "upgrade",    "content-length"};
  return std::find(std::begin(kNames), std::end(kNames), lower_case_name) != std::end(kNames);
}

std::string lower_case(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

}  // namespace

Http2Engine::Fields http2_fields(const Response& response, WallTime wall) {
  Http2Engine::Fields fields;
  fields.emplace_back("date", http_date(wall.unix_seconds()));
  for (const auto& [name, value] : response.headers.fields()) {
    std::string lower = lower_case(name);
    if (!is_left_out(lower)) fields.emplace_back(std::move(lower), clean_field_value(value));
  }
  if (!status_has_no_body(response.status)) {
    fields.emplace_back("content-length", std::to_string(response.body_length()));
  }
  return fields;
}

}  // namespace halcyon::signald
