#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace halcyon {

/// Lower case, two digits a byte.
std::string hex_encode(std::span<const std::uint8_t> bytes);
/// Either case; nullopt on an odd length or another character.
std::optional<std::vector<std::uint8_t>> hex_decode(std::string_view text);

}  // namespace halcyon
