#include "common/check/check.h"

#include <cstdio>
#include <cstdlib>

namespace halcyon {

void check_failed(const std::source_location& where) {
  std::fprintf(stderr, "invariant broken at %s:%u in %s\n", where.file_name(),
               static_cast<unsigned>(where.line()), where.function_name());
  std::abort();
}

}  // namespace halcyon
