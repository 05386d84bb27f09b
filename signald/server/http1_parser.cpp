#include "signald/server/http1_parser.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <limits>
#include <string>

#include "signald/http/http_limits.h"
#include "signald/http/origin.h"
#include "signald/server/line_checker.h"

namespace halcyon::signald {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;

constexpr Refusal kBadRequest = {400, "Bad Request"};
constexpr Refusal kUnknownVersion = {505, "HTTP Version Not Supported"};
constexpr Refusal kUnknownCoding = {501, "Transfer coding not supported"};

/// Whether the first line is well-formed but for a version that is not one of ours.
bool names_other_version(std::string_view input) {
  const std::string_view line = input.substr(0, input.find("\r\n"));
  const std::size_t space = line.rfind(' ');
  if (space == std::string_view::npos || std::count(line.begin(), line.end(), ' ') != 2) {
    return false;
  }
  const std::string_view version = line.substr(space + 1);
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return version.size() == 8 && version.starts_with("HTTP/") && is_digit(version[5]) &&
         version[6] == '.' && is_digit(version[7]);
}

bool has_bare_line_feed(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\n' && (at == 0 || text[at - 1] != '\r')) return true;
  }
  return false;
}

std::string lower(beast::string_view text) {
  std::string out(text.data(), text.size());
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::size_t count(const Headers& headers, std::string_view name) {
  std::size_t found = 0;
  for (const auto& field : headers.fields()) found += field.first == name ? 1 : 0;
  return found;
}

}  // namespace

/// Takes what Beast's parser finds.
class Http1Parser::Reader final : public http::basic_parser<true> {
 public:
  Reader() {
    header_limit(static_cast<std::uint32_t>(kMaxHead));
    // The session counts what it keeps. Not boost::none: Beast 1.74 takes every length for more
    // than that.
    body_limit(std::numeric_limits<std::uint64_t>::max());
    eager(false);
  }

  LineChecker lines;
  Http1Head head;
  std::string target;
  bool head_complete = false;
  std::string_view content;

 private:
  void on_request_impl(http::verb /*verb*/, beast::string_view method, beast::string_view uri,
                       int version, beast::error_code& /*error*/) override {
    head.request.method = method_of({method.data(), method.size()});
    target.assign(uri.data(), uri.size());
    head.http10 = version == 10;
  }
  void on_response_impl(int /*code*/, beast::string_view /*reason*/, int /*version*/,
                        beast::error_code& /*error*/) override {}
  void on_field_impl(http::field /*name*/, beast::string_view name, beast::string_view value,
                     beast::error_code& /*error*/) override {
    // Behind the body come trailers, which nobody here reads.
    if (!head_complete) head.request.headers.add(lower(name), {value.data(), value.size()});
  }
  void on_header_impl(beast::error_code& /*error*/) override { head_complete = true; }
  void on_body_init_impl(boost::optional<std::uint64_t> const& /*length*/,
                         beast::error_code& /*error*/) override {}
  std::size_t on_body_impl(beast::string_view body, beast::error_code& /*error*/) override {
    content = {body.data(), body.size()};
    return body.size();
  }
  void on_chunk_header_impl(std::uint64_t /*size*/, beast::string_view /*extensions*/,
                            beast::error_code& /*error*/) override {}
  std::size_t on_chunk_body_impl(std::uint64_t /*remaining*/, beast::string_view body,
                                 beast::error_code& /*error*/) override {
    content = {body.data(), body.size()};
    return body.size();
  }
  void on_finish_impl(beast::error_code& /*error*/) override {}
};

namespace {

/// RFC 9112 6: how long the body is must be clear beyond doubt. Two lengths are refused even when
/// they agree.
std::optional<Refusal> refuse_framing(const Http1Head& head) {
  const Headers& headers = head.request.headers;
  const std::size_t lengths = count(headers, "content-length");
  const std::size_t codings = count(headers, "transfer-encoding");
  if (lengths > 1 || codings > 1 || lengths + codings > 1) return kBadRequest;
  // Beast takes a list of equal lengths for one (RFC 9112 6.3 allows either).
  const std::string_view length = headers.get("content-length");
  if (lengths == 1 && length.find_first_not_of("0123456789") != std::string_view::npos) {
    return kBadRequest;
  }
  if (codings == 0) return std::nullopt;
  if (head.http10) return kBadRequest;
  if (!equal_ignoring_case(headers.get("transfer-encoding"), "chunked")) return kUnknownCoding;
  return std::nullopt;
}

/// RFC 9112 3.2: exactly one Host, and none only in HTTP/1.0.
bool host_is_bad(const Http1Head& head) {
  const std::size_t hosts = count(head.request.headers, "host");
  if (hosts == 0) return !head.http10;
  return hosts > 1 || !is_valid_host(head.request.headers.get("host"));
}

}  // namespace

Http1Parser::Http1Parser() : reader_(std::make_unique<Reader>()) {}
Http1Parser::~Http1Parser() = default;

Http1Head& Http1Parser::head() { return reader_->head; }

Result<std::size_t, Refusal> Http1Parser::read_head(std::string_view input) {
  if (!reader_->lines.check(input)) return make_unexpected(kBadRequest);
  beast::error_code error;
  const std::size_t used = reader_->put(boost::asio::buffer(input.data(), input.size()), error);
  if (error == http::error::need_more || (!error && !reader_->head_complete)) {
    if (input.size() >= kMaxHead) return make_unexpected(kHeadTooLarge);
    return std::size_t{0};
  }
  if (error == http::error::header_limit) return make_unexpected(kHeadTooLarge);
  if (error == http::error::bad_version && names_other_version(input)) {
    return make_unexpected(kUnknownVersion);
  }
  if (error == http::error::bad_transfer_encoding) {
    const bool has_both = reader_->head.request.headers.has("content-length");
    return make_unexpected(has_both ? kBadRequest : kUnknownCoding);
  }
  if (error) return make_unexpected(kBadRequest);
  Http1Head& head = reader_->head;
  if (const auto refusal = refuse_framing(head)) return make_unexpected(*refusal);
  if (host_is_bad(head)) return make_unexpected(kBadRequest);
  if (auto set = set_target(head.request, reader_->target); !set) {
    return make_unexpected(set.error());
  }
  if (const auto length = reader_->content_length()) head.content_length = *length;
  head.chunked = reader_->chunked();
  head.keep_alive = reader_->keep_alive();
  head.expects_continue =
      !head.http10 && equal_ignoring_case(head.request.headers.get("expect"), "100-continue");
  return used;
}

Result<Http1Parser::BodyStep, Refusal> Http1Parser::read_body(std::string_view input) {
  reader_->content = {};
  if (reader_->is_done()) return BodyStep{0, {}, true};
  beast::error_code error;
  const std::size_t used = reader_->put(boost::asio::buffer(input.data(), input.size()), error);
  if (error && error != http::error::need_more) return make_unexpected(kBadRequest);
  // Of a line between two chunks that has no end yet: it must not become too long, and a line feed
  // alone never ends it.
  if (used == 0 && (input.size() >= kMaxHead || has_bare_line_feed(input))) {
    return make_unexpected(kBadRequest);
  }
  return BodyStep{used, reader_->content, reader_->is_done()};
}

}  // namespace halcyon::signald
