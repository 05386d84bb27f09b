#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "signald/http/http_message.h"

namespace halcyon::signald {

/// Hands out the bytes of a response's body in order, strings and parts of files alike.
class BodyReader {
 public:
  explicit BodyReader(std::vector<BodyPart> parts);

  /// Bytes still to come.
  std::uint64_t remaining() const { return remaining_; }
  /// Fills as much of `out` as there is, and says how much. Nothing when a file fails or has become
  /// shorter than promised: only the end of the connection or stream can tell the client.
  std::optional<std::size_t> read(std::span<char> out);

 private:
  std::optional<std::size_t> read_part(std::span<char> out);

  std::vector<BodyPart> parts_;
  std::size_t part_ = 0;
  std::uint64_t offset_ = 0;  // within the part
  std::uint64_t remaining_ = 0;
};

}  // namespace halcyon::signald
