#pragma once

#include <cstdint>

#include "common/units/time.h"

namespace halcyon::bench {

/// CPU time that all threads of a process have used, from /proc/PID/task/*/schedstat: nanosecond
/// resolution where /proc/PID/stat counts in ticks of 10 ms. Nanoseconds.
std::uint64_t process_cpu_ns(int pid);
/// Of its first thread alone: in mediad the one for packets.
std::uint64_t first_thread_cpu_ns(int pid);
/// Of the calling thread.
std::uint64_t thread_cpu_ns();

}  // namespace halcyon::bench
