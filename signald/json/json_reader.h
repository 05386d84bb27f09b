#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/result/error.h"
#include "signald/json/json_value.h"

namespace halcyon::signald {

/// Deeper nesting is refused: reading, writing and destroying a value may then recurse without
/// care.
inline constexpr int kMaxJsonDepth = 100;

enum class Duplicates {
  kLastWins,
  kKept,  // for readers that have rules of their own about repeated fields
};

/// Reads the first JSON value of `text`; what follows it is not looked at. Invalid UTF-8 and
/// unpaired surrogates become U+FFFD. The caller bounds the size. Errors name line and column.
ResultOr<JsonValue> parse_json(std::string_view text,
                               Duplicates duplicates = Duplicates::kLastWins);

/// Values one after another, with white space between them or none.
struct JsonStream {
  std::vector<JsonValue> values;
  /// Set when something could not be read: what was wrong, and the text from the start of that
  /// value on.
  std::optional<Error> error;
  std::string rest;
};
JsonStream parse_json_stream(std::string_view text);

/// `text` with each maximal invalid UTF-8 sequence replaced by U+FFFD.
std::string valid_utf8(std::string_view text);

}  // namespace halcyon::signald
