#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "signald/http/http_message.h"

namespace halcyon::signald {

/// Path of the signalling connections.
inline constexpr std::string_view kWebSocketPath = "/ws";

/// Which requests for an upgrade to WebSocket are granted.
class UpgradeRules {
 public:
  virtual ~UpgradeRules() = default;
  /// 0, or the status with which to refuse.
  virtual int check(const Request& request) const = 0;
};

/// kAllowed: pages of every site may connect (the older field "publicServer").
enum class AnyOrigin : bool { kRefused, kAllowed };

/// Whether a request for an upgrade may become a signalling connection: 0, or the status to answer.
/// Checked in the order Connection and Upgrade, method, version, origin, key.
int check_upgrade(const Request& request, const std::vector<std::string>& allowed_origins,
                  AnyOrigin any_origin = AnyOrigin::kRefused);

/// Whether a comma-separated header has this element, ignoring case.
bool has_element(std::string_view header, std::string_view element);

}  // namespace halcyon::signald
