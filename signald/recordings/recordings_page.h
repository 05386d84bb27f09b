#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "signald/recordings/recording_files.h"

namespace halcyon::signald {

/// The list of a group's recordings as a page: a link, size, time and a form that deletes for each.
/// The form's fields are what scripts know (http.md 9.2). Everything that people named is escaped.
std::string recordings_page(std::string_view group, const std::vector<RecordingFile>& files);

/// 1536 is "1.5 KiB".
std::string readable_size(std::uint64_t bytes);

}  // namespace halcyon::signald
