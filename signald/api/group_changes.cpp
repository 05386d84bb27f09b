#include "signald/api/group_changes.h"

#include <string>

namespace halcyon::signald {

void announce_group_change(GroupDirectory& directory, std::string_view group, Moment now) {
  const std::string below = std::string(group) + "/";
  for (const std::string& name : directory.names()) {
    if (name.starts_with(below)) (void)directory.access(name, now);
  }
  // Also when nobody is there: it may have become public.
  (void)directory.access(group, now);
}

}  // namespace halcyon::signald
