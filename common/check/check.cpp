#include "common/check/check.h"

#include <cstdio>
#include <cstdlib>

namespace halcyon {

void check_failed(const char* file, int line, const char* function) {
  std::fprintf(stderr, "invariant broken at %s:%d in %s\n", file, line, function);
  std::abort();
}

}  // namespace halcyon
