#include "bench/process_cpu.h"

#include <ctime>
#include <filesystem>
#include <fstream>
#include <string>

namespace halcyon::bench {
namespace {

std::filesystem::path threads_of(int pid) { return "/proc/" + std::to_string(pid) + "/task"; }

std::uint64_t cpu_ns_of(const std::filesystem::path& thread) {
  std::ifstream file(thread / "schedstat");
  std::uint64_t ns = 0;
  return file >> ns ? ns : 0;
}

}  // namespace

std::uint64_t process_cpu_ns(int pid) {
  std::uint64_t total = 0;
  std::error_code error;
  for (const auto& thread : std::filesystem::directory_iterator(threads_of(pid), error)) {
    total += cpu_ns_of(thread.path());
  }
  return total;
}

std::uint64_t first_thread_cpu_ns(int pid) {
  return cpu_ns_of(threads_of(pid) / std::to_string(pid));
}

std::uint64_t thread_cpu_ns() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<std::uint64_t>(t.tv_sec) * 1'000'000'000 +
         static_cast<std::uint64_t>(t.tv_nsec);
}

}  // namespace halcyon::bench
