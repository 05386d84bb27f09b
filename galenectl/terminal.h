#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "common/result/error.h"

namespace halcyon::galenectl {

/// Asks on the controlling terminal without echo. Without a terminal, reads one line of standard
/// input, so that a password can be piped in.
ResultOr<std::string> ask_password(const std::string& prompt);

std::string read_standard_input();

/// Empty when the file does not exist.
ResultOr<std::string> read_file(const std::string& path);

/// Must not exist; mode 0600. The folder, with its parents, gets mode 0700 when it is made.
ResultOr<void> create_file(const std::string& path, const std::string& text, bool make_folder);

/// Shows on standard error how far a long series of requests is, from the second second on, and
/// wipes it out at the end. Does nothing unless standard error is a terminal and standard output is
/// not: the list itself shows it there.
std::function<void(std::size_t done, std::size_t total)> progress_line();

}  // namespace halcyon::galenectl
