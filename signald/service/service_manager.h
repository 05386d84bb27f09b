#pragma once

#include <memory>
#include <optional>

#include "common/units/time.h"
#include "common/uv/loop.h"
#include "common/uv/timer.h"

namespace halcyon::signald {

/// systemd, when it runs us; otherwise all of this does nothing.
class ServiceManager {
 public:
  explicit ServiceManager(uv::Loop& loop);
  /// Tells that we serve, and from now on, as often as it asked, that we still turn.
  void ready();
  void stopping();
  /// The listening socket that was opened for us, if any. Its owner from now on is the caller.
  static std::optional<int> inherited_socket();

 private:
  uv::Timer watchdog_;
};

}  // namespace halcyon::signald
