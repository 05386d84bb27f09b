#pragma once

#include <string_view>

#include "common/result/error.h"

namespace halcyon::galenectl {

/// Shell-like: must match the whole name; * is any run of characters but '/', ? one character but
/// '/', [a-z] and [^a-z] classes, \ quotes. An error when the pattern is malformed and the match
/// gets as far as the fault.
ResultOr<bool> matches(std::string_view pattern, std::string_view name);

}  // namespace halcyon::galenectl
