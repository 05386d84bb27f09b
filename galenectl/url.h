#pragma once

#include <string>
#include <string_view>

namespace halcyon::galenectl {

/// Whether a URL can name it: no component between slashes is empty or begins with a dot, and there
/// are no control characters, since servers and libraries would take those for other places. The
/// empty name can.
bool is_addressable(std::string_view name);

/// A name as segments of a URL's path: '/' stays, what RFC 3986 does not allow there is
/// percent-encoded, '%' included, so that every name comes back as it was.
std::string path_encode(std::string_view name);

/// Where the server's API lives: "https://host:8443" gives
/// "https://host:8443/galene-api/v0/.groups/"; a path in the server's URL is kept as prefix.
std::string groups_url(std::string_view server);
/// Of the list of files that are of no use; not known to Galène.
std::string problems_url(std::string_view server);
/// Of a group's description; of the root's collections when the name is empty.
std::string group_url(std::string_view server, std::string_view group);
std::string users_url(std::string_view server, std::string_view group);
/// Of a user, or of the wildcard user when `user` is null. The user with the empty name has a place
/// of its own.
std::string user_url(std::string_view server, std::string_view group, const std::string* user);
std::string tokens_url(std::string_view server, std::string_view group);

}  // namespace halcyon::galenectl
