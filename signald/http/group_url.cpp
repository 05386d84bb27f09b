#include "signald/http/group_url.h"

#include "signald/http/request_path.h"

namespace halcyon::signald {

GroupUrl parse_group_url(std::string_view path) {
  constexpr std::string_view kPrefix = "/group";
  GroupUrl url;
  path.remove_prefix(kPrefix.size());
  const std::size_t dot = path.find("/.");
  if (dot != std::string_view::npos) {
    url.kind = path.substr(dot + 1);
    path = path.substr(0, dot);
    const std::size_t slash = url.kind.find('/');
    if (slash != std::string_view::npos) {
      url.rest = url.kind.substr(slash);
      url.kind = url.kind.substr(0, slash);
    }
  }
  while (path.starts_with('/')) path.remove_prefix(1);
  while (path.ends_with('/')) path.remove_suffix(1);
  url.group = path;
  return url;
}

std::string group_page_path(std::string_view group) {
  return "/group/" + percent_encode_path(group) + "/";
}

}  // namespace halcyon::signald
