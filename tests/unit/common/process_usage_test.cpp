#include "common/process/process_usage.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

using namespace halcyon;

TEST_CASE("a process knows its time and its memory") {
  const ProcessUsage before = process_usage();
  CHECK(before.resident_bytes > 100'000);
  volatile unsigned sum = 0;
  while (process_usage().cpu - before.cpu < TimeDelta::millis(2)) sum = sum + 1;
  CHECK(process_usage().cpu > before.cpu);
}

TEST_CASE("open descriptors are counted") {
  const auto before = open_descriptors();
  const int file = ::open("/dev/null", O_RDONLY);
  CHECK(open_descriptors() == before + 1);
  ::close(file);
  CHECK(open_descriptors() == before);
}
