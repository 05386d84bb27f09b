#pragma once

#include "signald/groups/group_state.h"
#include "signald/http/group_pages.h"
#include "signald/json/json_value.h"

namespace halcyon::signald {

/// The status object that members get in `joined` messages.
JsonObject member_status(const GroupState& state, bool can_change_password);

/// The status object that anybody may read over HTTP: lock and number of clients of public groups
/// only.
JsonObject stranger_status(const GroupState& state, const BaseUrl& base);

/// Percent-encodes what may not stand in the path of a URL.
std::string encode_url_path(std::string_view path);

}  // namespace halcyon::signald
