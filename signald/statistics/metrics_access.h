#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/net/address_range.h"
#include "common/result/error.h"
#include "signald/config/file_reader.h"
#include "signald/http/http_message.h"

namespace halcyon::signald {

inline constexpr std::size_t kMaxMetricsToken = 4096;

/// "192.0.2.0/24,2001:db8::1": addresses and blocks of them.
ResultOr<std::vector<AddressRange>> parse_address_ranges(std::string_view text);

/// Who may read metrics: some addresses, and everybody who has the token.
struct MetricsAccess {
  std::vector<AddressRange> addresses = {*AddressRange::parse("127.0.0.0/8"),
                                         *AddressRange::parse("::1")};
  std::string token_file;  // empty: no token lets anybody in
};

enum class MetricsVerdict { kAdmitted, kNoToken, kWrongAddress };

/// A request that came through a proxy is not one of the proxy's own address: it needs the token.
/// The token is read anew each time, so that it can be changed.
MetricsVerdict judge(const MetricsAccess& access, const Request& request, FileReader& files);

}  // namespace halcyon::signald
