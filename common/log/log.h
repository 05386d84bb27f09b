#pragma once

#include <spdlog/spdlog.h>

#include <string>
#include <string_view>

namespace halcyon {

enum class LogLevel { kError, kWarning, kInfo, kDebug };

/// Sets up the process's log: one line a message on standard error, `program` named in each. Lines
/// carry a date and a time unless the journal takes them (JOURNAL_STREAM is set), which stamps them
/// itself. Use spdlog::info(...) and its siblings afterwards.
void start_log(std::string_view program, LogLevel level);

/// What must not stand in a log that is shared: addresses, names, tokens. Shown in full at debug
/// level only.
std::string redacted(std::string_view secret);

}  // namespace halcyon
