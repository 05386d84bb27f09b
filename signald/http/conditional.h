#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "signald/http/http_message.h"

namespace halcyon::signald {

/// What a validator is made of.
struct FileFacts {
  std::uint64_t size = 0;
  std::int64_t mtime_ns = 0;  // since 1970
  std::string_view coding;    // of a compressed variant, else empty
};

/// A strong validator: "<size>-<mtime in nanoseconds>", with the quotes; a compressed variant has
/// "-<coding>" behind it.
std::string entity_tag(const FileFacts& facts);

/// Bytes first … last, both included.
struct ByteRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  std::uint64_t length() const { return last - first + 1; }
  bool operator==(const ByteRange&) const = default;
};

/// More ranges than this in one request are more likely an attack than a player seeking: the whole
/// file is sent.
inline constexpr std::size_t kMaxRanges = 16;

struct Decision {
  enum class Kind {
    kFull,
    kNotModified,          // 304
    kPreconditionFailed,   // 412
    kRanges,               // 206, `ranges` has at least one
    kRangeNotSatisfiable,  // 416
  };
  Kind kind = Kind::kFull;
  std::vector<ByteRange> ranges;
};

/// RFC 9110 13.2.2 and 14.2, for GET and HEAD of an existing file.
Decision decide(const Headers& headers, const FileFacts& facts);

/// The rule for objects of the administrative interface and WHIP, which have tags but no dates:
/// `tag` is empty when the object does not exist. 0 to go on, 304 or 412. Lists are compared byte
/// by byte; "*" matches what exists.
int check_entity_tag(Method method, std::string_view tag, const Headers& headers);

}  // namespace halcyon::signald
