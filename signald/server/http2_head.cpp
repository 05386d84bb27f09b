#include "signald/server/http2_head.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "signald/http/http_limits.h"
#include "signald/http/origin.h"

namespace halcyon::signald {
namespace {

// RFC 9113 6.5.2: what a field costs beyond its name and value.
constexpr std::size_t kFieldOverhead = 32;

constexpr Refusal kBadHead = {400, "Bad Request"};

}  // namespace

void Http2Head::add(std::string_view name, std::string_view value) {
  if (size_ > kMaxHead) return;
  size_ += name.size() + value.size() + kFieldOverhead;
  if (size_ > kMaxHead || add_pseudo(name, value)) return;
  if (name != "cookie") {
    fields_.add(name, value);
    return;
  }
  // RFC 9113 8.2.3: crumbs of one cookie field.
  if (!cookies_.empty()) cookies_ += "; ";
  cookies_ += value;
}

bool Http2Head::add_pseudo(std::string_view name, std::string_view value) {
  std::string* const into = name == ":method"      ? &method_
                            : name == ":scheme"    ? &scheme_
                            : name == ":path"      ? &path_
                            : name == ":authority" ? &authority_
                                                   : nullptr;
  if (into != nullptr) *into = value;
  return name.starts_with(':');
}

/// RFC 9113 8.3.1: `:authority` counts, and a `Host` beside it must say the same.
bool Http2Head::settle_host() {
  const auto& fields = fields_.fields();
  const auto hosts = std::count_if(fields.begin(), fields.end(),
                                   [](const auto& field) { return field.first == "host"; });
  const std::string_view host = fields_.get("host");
  if (hosts > 1) return false;
  if (authority_.empty()) authority_ = host;
  if (authority_.empty() || !is_valid_host(authority_)) return false;
  if (hosts == 1 && !equal_ignoring_case(host, authority_)) return false;
  fields_.set("host", authority_);
  return true;
}

Result<Request, Refusal> Http2Head::finish() {
  if (size_ > kMaxHead) return make_unexpected(kHeadTooLarge);
  Request request;
  request.method = method_of(method_);
  const bool known_scheme =
      equal_ignoring_case(scheme_, "https") || equal_ignoring_case(scheme_, "http");
  const bool relative = path_.starts_with('/') || path_ == "*";
  if (!is_connect() && (!known_scheme || !relative)) return make_unexpected(kBadHead);
  if (!settle_host()) return make_unexpected(kBadHead);
  if (!is_connect()) {
    if (auto target = set_target(request, path_); !target) return make_unexpected(target.error());
  }
  if (!cookies_.empty()) fields_.add("cookie", cookies_);
  request.headers = fields_;
  return request;
}

bool Http2Head::expects_continue() const {
  return equal_ignoring_case(fields_.get("expect"), "100-continue");
}

std::optional<std::uint64_t> Http2Head::content_length() const {
  const std::string_view text = fields_.get("content-length");
  std::uint64_t length = 0;
  const char* const end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, length);
  if (text.empty() || result.ec != std::errc() || result.ptr != end) return std::nullopt;
  return length;
}

}  // namespace halcyon::signald
