#include "signald/workers/worker_processes.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <csignal>
#include <cstring>

#include "common/clock/clock.h"

namespace halcyon::signald {

WorkerProcesses::WorkerProcesses(uv::Loop& loop, const WorkerPoolOptions& options,
                                 Callbacks callbacks)
    : loop_(loop), options_(options), callbacks_(std::move(callbacks)) {
  // Never grows afterwards: the processes' callbacks point to their slots.
  slots_.resize(options_.count);
  for (unsigned i = 0; i < options_.count; ++i) slots_[i].index = i;
}

std::vector<std::string> WorkerProcesses::command_line(const Slot& slot) const {
  std::vector<std::string> arguments = {
      options_.mediad_path, "-ipc",       options_.ipc_path, "-name",
      name_of(slot),        "-log-level", options_.log_level};
  if (options_.udp_range) {
    arguments.push_back("-udp-port");
    arguments.push_back(std::to_string(options_.udp_range->first + slot.index));
  }
  for (const std::string& address : options_.announce) {
    arguments.push_back("-announce");
    arguments.push_back(address);
  }
  return arguments;
}

ResultOr<void> WorkerProcesses::start(Timestamp now) {
  for (Slot& slot : slots_) {
    auto started = spawn(slot, now);
    // What cannot be started even once is a mistake of configuration; later on it may pass.
    if (!started) return started;
  }
  return {};
}

ResultOr<void> WorkerProcesses::spawn(Slot& slot, Timestamp now) {
  slot.due.reset();
  slot.started = now;
  auto process = uv::ChildProcess::spawn(
      loop_, command_line(slot),
      [this, &slot](int exit_status, int signal) { on_exit(slot, exit_status, signal); });
  if (!process) return tl::unexpected(process.error());
  slot.process = std::move(*process);
  spdlog::info("started worker {} with pid {}", name_of(slot), slot.process->pid());
  return {};
}

void WorkerProcesses::schedule(Slot& slot, Timestamp now, TimeDelta lived) {
  if (lived >= options_.times.stable_after) slot.short_lives = 0;
  const TimeDelta delay =
      std::min(options_.times.restart_step * slot.short_lives, options_.times.restart_maximum);
  ++slot.short_lives;
  slot.due = now + delay;
  spdlog::info("worker {} is started again in {} ms", name_of(slot), delay.ms());
}

void WorkerProcesses::on_exit(Slot& slot, int exit_status, int signal) {
  const Timestamp now = monotonic_now();
  const int pid = slot.process->pid();
  const auto level = terminating_ ? spdlog::level::info : spdlog::level::err;
  if (signal != 0) {
    spdlog::log(level, "worker {} (pid {}) was ended by signal {} ({})", name_of(slot), pid, signal,
                strsignal(signal));
  } else {
    spdlog::log(level, "worker {} (pid {}) ended with status {}", name_of(slot), pid, exit_status);
  }
  slot.process.reset();
  ++slot.ends;
  if (!terminating_) schedule(slot, now, now - slot.started);
  callbacks_.exited(pid);
  // At once where nothing forbids it, not at the next check.
  if (!terminating_) check(now);
}

void WorkerProcesses::check(Timestamp now) {
  if (terminating_) return;
  for (Slot& slot : slots_) {
    if (slot.process || !slot.due || now < *slot.due) continue;
    if (callbacks_.is_served(name_of(slot))) continue;
    if (const auto started = spawn(slot, now); !started) {
      spdlog::error("{}", started.error().message);
      schedule(slot, now, TimeDelta::zero());
    }
  }
}

void WorkerProcesses::terminate() {
  terminating_ = true;
  for (Slot& slot : slots_) {
    if (slot.process) slot.process->kill(SIGTERM);
  }
}

void WorkerProcesses::kill_all() {
  for (Slot& slot : slots_) {
    if (!slot.process) continue;
    spdlog::warn("worker {} (pid {}) does not leave and is killed", name_of(slot),
                 slot.process->pid());
    slot.process->kill(SIGKILL);
  }
}

bool WorkerProcesses::owns(int pid) const {
  return std::any_of(slots_.begin(), slots_.end(),
                     [&](const Slot& slot) { return slot.process && slot.process->pid() == pid; });
}

void WorkerProcesses::kill(int pid, const std::string& reason) {
  for (Slot& slot : slots_) {
    if (!slot.process || slot.process->pid() != pid) continue;
    spdlog::error("worker {} (pid {}) is killed: {}", name_of(slot), pid, reason);
    slot.process->kill(SIGKILL);
  }
}

std::vector<WorkerProcesses::Running> WorkerProcesses::running() const {
  std::vector<Running> running;
  for (const Slot& slot : slots_) {
    if (slot.process) running.push_back({slot.process->pid(), name_of(slot), slot.started});
  }
  return running;
}

std::vector<std::pair<std::string, std::uint64_t>> WorkerProcesses::restarts() const {
  std::vector<std::pair<std::string, std::uint64_t>> restarts;
  for (const Slot& slot : slots_) restarts.emplace_back(name_of(slot), slot.ends);
  return restarts;
}

}  // namespace halcyon::signald
