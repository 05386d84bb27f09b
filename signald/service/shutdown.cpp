#include "signald/service/shutdown.h"

#include <csignal>
#include <utility>

#include "common/clock/clock.h"
#include "common/log/log.h"

namespace halcyon::signald {

namespace {
constexpr TimeDelta kLookInterval = TimeDelta::millis(20);
}  // namespace

Shutdown::Shutdown(uv::Loop& loop, Steps steps)
    : loop_(loop),
      steps_(std::move(steps)),
      look_(loop, [this] { look(); }),
      terminate_(loop, SIGTERM, [this] { begin(); }),
      interrupt_(loop, SIGINT, [this] { begin(); }) {}

void Shutdown::begin() {
  if (std::exchange(begun_, true)) return;
  spdlog::info("shutting down");
  deadline_ = monotonic_now() + kFarewellTime;
  steps_.begin();
  look_.start_repeating(kLookInterval);
}

void Shutdown::look() {
  if (!steps_.clients_gone() && monotonic_now() < deadline_) return;
  look_.stop();
  steps_.finish([this] { loop_.stop(); });
}

}  // namespace halcyon::signald
