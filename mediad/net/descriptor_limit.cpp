#include "mediad/net/descriptor_limit.h"

#include <sys/resource.h>

namespace halcyon::mediad {

void raise_descriptor_limit() {
  rlimit limit{};
  // Under systemd both are equal already, and its system call filter forbids the second call.
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= limit.rlim_max) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace halcyon::mediad
