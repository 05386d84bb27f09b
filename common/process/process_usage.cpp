#include "common/process/process_usage.h"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <system_error>

namespace halcyon {

ProcessUsage process_usage() {
  ProcessUsage used;
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  used.cpu = TimeDelta::seconds(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
             TimeDelta::micros(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
  std::ifstream memory("/proc/self/statm");
  std::uint64_t all_pages = 0;
  std::uint64_t resident_pages = 0;
  if (memory >> all_pages >> resident_pages) {
    used.resident_bytes = resident_pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  }
  return used;
}

std::uint64_t open_descriptors() {
  std::error_code error;
  std::uint64_t count = 0;
  for (std::filesystem::directory_iterator entry("/proc/self/fd", error), end;
       !error && entry != end; entry.increment(error)) {
    ++count;
  }
  return count > 0 ? count - 1 : 0;  // without the one that reads the folder
}

}  // namespace halcyon
