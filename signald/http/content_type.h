#pragma once

#include <string_view>

namespace halcyon::signald {

/// The media type of a file by its name; application/octet-stream when the extension says nothing.
std::string_view content_type_of(std::string_view file_name);

}  // namespace halcyon::signald
