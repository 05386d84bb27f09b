#pragma once

#include <string>
#include <vector>

#include "common/result/error.h"

namespace halcyon::signald {

/// What data/config.json holds, apart from its users (spec http.md 13). Everything has a default; a
/// missing file is {}.
struct GlobalConfig {
  bool writable_groups = false;
  std::string canonical_host;
  std::string proxy_url;
  std::vector<std::string> allow_origin;
  std::vector<std::string> allow_admin_origin;
  bool public_server = false;  // older spelling of "any origin may connect"
};

/// The configuration in force, read again when the file changes.
class GlobalConfigSource {
 public:
  virtual ~GlobalConfigSource() = default;
  /// Valid until the next call. An error while the file is invalid; it is logged when it first
  /// appears.
  virtual ResultOr<const GlobalConfig*> current() = 0;
};

}  // namespace halcyon::signald
