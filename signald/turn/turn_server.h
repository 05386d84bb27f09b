#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/net/socket_address.h"
#include "common/random/random.h"
#include "common/uv/loop.h"
#include "common/uv/process.h"
#include "common/uv/timer.h"
#include "signald/ice/turn_service.h"
#include "signald/turn/restart_delay.h"
#include "signald/turn/turn_mode.h"
#include "signald/turn/turn_plan.h"

namespace halcyon::signald {

struct TurnServerOptions {
  TurnMode mode;
  std::vector<SocketAddress> announce;  // of the media workers, if not the host's own
  std::string directory;                // private to us
};

/// Our TURN server: coturn's `turnserver` as a child process, started again when it ends, with a
/// secret and a configuration of its own (http.md 15). What keeps it from running is said once and
/// stops nobody from serving.
class TurnServer final : public TurnService {
 public:
  /// From SIGTERM to SIGKILL.
  static constexpr TimeDelta kTermination = TimeDelta::seconds(2);

  /// Borrows the loop and `random`. Looks up the name that the mode may hold, which may take a
  /// while.
  TurnServer(uv::Loop& loop, RandomSource& random, TurnServerOptions options);
  TurnServer(const TurnServer&) = delete;
  TurnServer& operator=(const TurnServer&) = delete;

  void file_is_present(bool present, Moment now) override;
  std::optional<IceServer> ice_server(Moment now) override;
  /// `done` is called when the process is gone, at once if there is none.
  void stop(std::function<void()> done);

  bool enabled() const { return options_.mode.kind != TurnMode::Kind::kOff; }
  bool running() const { return process_ != nullptr && !terminating_; }
  std::uint64_t restarts() const { return restarts_; }

 private:
  void consider();
  bool wanted() const;
  /// Chooses addresses and secret and writes the configuration.
  ResultOr<void> prepare();
  void spawn();
  void terminate();
  void on_exit(int exit_status, int signal);
  void on_output(std::string_view text);
  void say_once(const std::string& message);

  uv::Loop& loop_;
  RandomSource& random_;
  TurnServerOptions options_;
  std::optional<SocketAddress> announced_;
  std::string unusable_;  // why it can never run

  bool file_present_ = false;
  bool stopping_ = false;
  std::function<void()> stopped_;
  std::string said_;

  std::optional<TurnPlan> plan_;  // while it should run
  std::string secret_;
  std::unique_ptr<uv::ChildProcess> process_;
  bool terminating_ = false;
  Timestamp started_;
  RestartDelay delay_;
  std::uint64_t restarts_ = 0;
  std::string line_;       // of the child's output, so far
  std::string last_line_;  // whole
  std::optional<IceServer> entry_;
  Timestamp entry_made_;
  uv::Timer restart_timer_;
  uv::Timer kill_timer_;
};

/// The path of an executable in $PATH; empty when there is none.
std::string find_program(const std::string& name);

}  // namespace halcyon::signald
