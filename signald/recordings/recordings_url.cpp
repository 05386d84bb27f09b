#include "signald/recordings/recordings_url.h"

#include "signald/groups/names.h"
#include "signald/http/request_path.h"

namespace halcyon::signald {
namespace {

constexpr std::string_view kPrefix = "/recordings/";

bool may_have_recordings(std::string_view group) {
  return is_valid_group_name(group) && !group.starts_with('.') &&
         group.find("/.") == std::string_view::npos;
}

}  // namespace

std::optional<RecordingsUrl> parse_recordings_url(std::string_view path) {
  if (!path.starts_with(kPrefix)) return std::nullopt;
  path.remove_prefix(kPrefix.size());
  const auto slash = path.rfind('/');
  // No file is outside a group.
  RecordingsUrl url{std::string(path.substr(0, slash)),
                    std::string(slash == std::string_view::npos ? "" : path.substr(slash + 1))};
  if (!may_have_recordings(url.group)) return std::nullopt;
  return url;
}

std::string recordings_path(std::string_view group) {
  return std::string(kPrefix) + percent_encode_path(group) + "/";
}

}  // namespace halcyon::signald
