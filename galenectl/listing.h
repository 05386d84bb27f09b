#pragma once

#include <string>
#include <vector>

#include "galenectl/commands.h"
#include "signald/json/json_value.h"

namespace halcyon::galenectl {

/// The strings of an array in byte order; null is an empty list.
std::vector<std::string> names_in(const signald::JsonValue& array);

/// Those that match at least one of the invocation's patterns, or all when it has none.
ResultOr<std::vector<std::string>> selected_names(const Invocation& invocation,
                                                  std::vector<std::string> names);

/// Says what is wrong with a pattern; gives kUsage.
int bad_pattern(Invocation& invocation, const Error& error);

/// Prints the selected names, one a line, or as one JSON array with the global -json.
int print_names(Invocation& invocation, std::vector<std::string> names);

/// Tells an onlooker that `done` of `total` requests are made.
void show_progress(Invocation& invocation, std::size_t done, std::size_t total);

/// `text` followed by blanks up to `width` characters.
std::string padded(std::string text, std::size_t width);

}  // namespace halcyon::galenectl
