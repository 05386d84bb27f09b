#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace halcyon {

/// RFC 4648 section 5, without padding.
std::string base64url_encode(std::span<const std::uint8_t> bytes);
/// Accepts no padding and no other characters.
std::optional<std::vector<std::uint8_t>> base64url_decode(std::string_view text);

/// RFC 4648 section 4, padded.
std::string base64_encode(std::span<const std::uint8_t> bytes);
/// Requires correct padding.
std::optional<std::vector<std::uint8_t>> base64_decode(std::string_view text);

}  // namespace halcyon
