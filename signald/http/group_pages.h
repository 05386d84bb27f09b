#pragma once

#include <string>
#include <string_view>

#include "common/result/result.h"
#include "common/units/moment.h"

namespace halcyon::signald {

/// Scheme, host and path prefix under which the outside reaches us (http.md 7.2), e.g. "https",
/// "a.org:8443", "/base".
struct BaseUrl {
  std::string scheme;
  std::string host;
  std::string prefix;
};

/// What HTTP needs to know of a group to serve its page.
struct GroupPage {
  std::string name;
  std::string redirect;     // empty: none
  std::string auth_server;  // for the page's Content-Security-Policy; empty: none
};

enum class PageError {
  kNotFound,  // no such group
  kInternal,  // the description is broken
};

/// The groups as HTTP sees them. Each call counts as an access: it may load a group, or reload a
/// changed description.
class GroupPages {
 public:
  virtual ~GroupPages() = default;
  virtual Result<GroupPage, PageError> page(std::string_view name, Moment now) = 0;
  /// The object of /group/NAME/.status as JSON text without a final newline.
  virtual Result<std::string, PageError> status_json(std::string_view name, const BaseUrl& base,
                                                     Moment now) = 0;
  /// The array of /public-groups.json.
  virtual Result<std::string, PageError> public_groups_json(const BaseUrl& base, Moment now) = 0;
};

}  // namespace halcyon::signald
