#pragma once

#include <cstdint>

namespace halcyon::mediad {

/// Of a picture, in pixels.
struct FrameSize {
  std::uint16_t width = 0;
  std::uint16_t height = 0;
  bool operator==(const FrameSize&) const = default;
};

}  // namespace halcyon::mediad
