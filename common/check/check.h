#pragma once

namespace halcyon {

[[noreturn]] void check_failed(const char* file, int line, const char* function);

/// Ends the process when an invariant of our own is broken; stays on in release builds. Never for
/// input from outside: bad input is an error value. A worker may die, signald notices and starts it
/// again. The builtins are what std::source_location is made of; Debian 12's clang, which builds
/// the fuzzers, has only them.
inline void check(bool invariant, const char* file = __builtin_FILE(), int line = __builtin_LINE(),
                  const char* function = __builtin_FUNCTION()) {
  if (!invariant) [[unlikely]] {
    check_failed(file, line, function);
  }
}

}  // namespace halcyon
