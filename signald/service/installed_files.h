#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/result/error.h"

namespace halcyon::signald {

/// The directory of the running program, or "." when the system does not say.
std::string program_directory();

/// The web client's files: what was given, or the first that exists of ./static, the installed ones
/// and those of a build tree, both seen from `program_directory`. The error names all that were
/// tried.
ResultOr<std::string> find_static_directory(const std::optional<std::string>& given,
                                            const std::string& program_directory);

/// The media worker program, likewise: beside this one in a build tree, or in the same directory.
ResultOr<std::string> find_mediad(const std::string& given, const std::string& program_directory);

}  // namespace halcyon::signald
