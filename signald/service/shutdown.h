#pragma once

#include <functional>

#include "common/units/time.h"
#include "common/uv/loop.h"
#include "common/uv/signal.h"
#include "common/uv/timer.h"

namespace halcyon::signald {

/// How long clients have to take their farewell.
inline constexpr TimeDelta kFarewellTime = TimeDelta::seconds(2);

/// The orderly end, once, on SIGTERM or SIGINT; further ones are ignored.
class Shutdown {
 public:
  struct Steps {
    /// No new clients, and those there are told.
    std::function<void()> begin;
    /// Whether all clients are gone.
    std::function<bool()> clients_gone;
    /// Called when they are, or kFarewellTime is over; calls its argument when everything else is
    /// over too.
    std::function<void(std::function<void()> done)> finish;
  };
  Shutdown(uv::Loop& loop, Steps steps);

 private:
  void begin();
  void look();

  uv::Loop& loop_;
  Steps steps_;
  bool begun_ = false;
  Timestamp deadline_;
  uv::Timer look_;
  uv::SignalWatch terminate_;
  uv::SignalWatch interrupt_;
};

}  // namespace halcyon::signald
