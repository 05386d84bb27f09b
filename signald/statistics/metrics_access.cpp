#include "signald/statistics/metrics_access.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "signald/http/origin.h"

namespace halcyon::signald {
namespace {

constexpr std::string_view kBlank = " \t\r\n";

std::string_view trimmed(std::string_view text) {
  const std::size_t start = text.find_first_not_of(kBlank);
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(kBlank) - start + 1);
}

/// In a time that does not tell where they differ.
bool equal_secrets(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference |= static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]);
  }
  return difference == 0;
}

bool has_token(const MetricsAccess& access, const Request& request, FileReader& files) {
  if (access.token_file.empty()) return false;
  const std::string_view field = request.headers.get("authorization");
  const std::size_t blank = field.find(' ');
  if (blank == std::string_view::npos || !equal_ignoring_case(field.substr(0, blank), "Bearer")) {
    return false;
  }
  const auto text = files.read(access.token_file, kMaxMetricsToken);
  if (!text) return false;
  const std::string_view token = trimmed(*text);
  return !token.empty() && equal_secrets(token, trimmed(field.substr(blank)));
}

bool is_forwarded(const Request& request) {
  static constexpr std::array<std::string_view, 4> kFields = {"forwarded", "via", "x-forwarded-for",
                                                              "x-real-ip"};
  return std::any_of(kFields.begin(), kFields.end(),
                     [&](std::string_view field) { return request.headers.has(field); });
}

}  // namespace

ResultOr<std::vector<AddressRange>> parse_address_ranges(std::string_view text) {
  std::vector<AddressRange> ranges;
  while (!trimmed(text).empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    const std::string_view part = trimmed(text.substr(0, comma));
    const auto range = AddressRange::parse(part);
    if (!range) {
      return fail("\"" + std::string(part) + "\" is no address or block such as 192.0.2.0/24");
    }
    ranges.push_back(*range);
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return ranges;
}

MetricsVerdict judge(const MetricsAccess& access, const Request& request, FileReader& files) {
  const bool near = !is_forwarded(request) &&
                    std::any_of(access.addresses.begin(), access.addresses.end(),
                                [&](const AddressRange& r) { return r.contains(request.peer); });
  if (near || has_token(access, request, files)) return MetricsVerdict::kAdmitted;
  return access.token_file.empty() ? MetricsVerdict::kWrongAddress : MetricsVerdict::kNoToken;
}

}  // namespace halcyon::signald
