#include "signald/sdp/fmtp_parameters.h"

#include "signald/sdp/session_description.h"
#include "signald/sdp/tokens.h"

namespace halcyon::signald::sdp {

FmtpParameters::FmtpParameters(std::string_view line) {
  for (std::string_view parameter : split(line, ';')) {
    parameter = trimmed(parameter);
    if (parameter.empty()) continue;
    const std::string_view name = trimmed(take_until(parameter, '='));
    parameters_.emplace_back(name, trimmed(parameter));
  }
}

std::optional<std::string_view> FmtpParameters::value(std::string_view name) const {
  for (const auto& [key, value] : parameters_) {
    if (equal_ignoring_case(key, name)) return value;
  }
  return std::nullopt;
}

}  // namespace halcyon::signald::sdp
