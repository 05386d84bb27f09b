#pragma once

#include <source_location>

namespace halcyon {

[[noreturn]] void check_failed(const std::source_location& where);

/// Ends the process when an invariant of our own is broken; stays on in release builds. Never for input from outside:
/// bad input is an error value. A worker may die, signald notices and starts it again.
inline void check(bool invariant,
                  const std::source_location& where = std::source_location::current()) {
  if (!invariant) [[unlikely]] {
    check_failed(where);
  }
}

}  // namespace halcyon
