#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/result/result.h"
#include "signald/http/http_message.h"
#include "signald/server/request_admission.h"

namespace halcyon::signald {

/// Gathers the fields of a request's head. That they are well-formed and the pseudo-header fields
/// complete and first, is checked already (RFC 9113 8.2, 8.3).
class Http2Head {
 public:
  void add(std::string_view name, std::string_view value);
  /// The request without peer and tls; or why there is none.
  Result<Request, Refusal> finish();

  bool is_head() const { return method_ == "HEAD"; }
  bool is_connect() const { return method_ == "CONNECT"; }
  bool expects_continue() const;
  std::optional<std::uint64_t> content_length() const;

 private:
  bool add_pseudo(std::string_view name, std::string_view value);
  bool settle_host();

  std::string method_;
  std::string scheme_;
  std::string path_;
  std::string authority_;
  std::string cookies_;
  Headers fields_;
  std::size_t size_ = 0;  // as SETTINGS_MAX_HEADER_LIST_SIZE counts
};

}  // namespace halcyon::signald
