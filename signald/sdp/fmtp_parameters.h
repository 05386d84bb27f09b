#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace halcyon::signald::sdp {

/// The "name=value;name=value" of an fmtp line. Names compare without regard to case.
class FmtpParameters {
 public:
  explicit FmtpParameters(std::string_view line);

  /// The first value of that name; empty text for a parameter without "=".
  std::optional<std::string_view> value(std::string_view name) const;
  const std::vector<std::pair<std::string, std::string>>& all() const { return parameters_; }

 private:
  std::vector<std::pair<std::string, std::string>> parameters_;
};

}  // namespace halcyon::signald::sdp
