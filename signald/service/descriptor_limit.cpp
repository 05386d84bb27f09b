#include "signald/service/descriptor_limit.h"

#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "common/log/log.h"

namespace halcyon::signald {
namespace {

// libwebsockets keeps tables of this size; containers allow billions.
constexpr rlim_t kEnough = 1u << 19;
// Below this a server for a school is out of descriptors sooner than out of anything else.
constexpr rlim_t kLittle = 65535;

}  // namespace

void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  const rlim_t wanted = std::min(limit.rlim_max, kEnough);
  if (limit.rlim_cur != wanted) {
    limit.rlim_cur = wanted;
    limit.rlim_max = std::min(limit.rlim_max, std::max(wanted, kEnough));
    if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) {
      spdlog::warn("cannot raise the limit of open files: {}", std::strerror(errno));
    }
  }
  if (wanted < kLittle) {
    spdlog::warn("at most {} open files: set LimitNOFILE= or ulimit -n to {} for more clients",
                 wanted, kLittle);
  }
}

}  // namespace halcyon::signald
