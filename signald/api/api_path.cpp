#include "signald/api/api_path.h"

namespace halcyon::signald {
namespace {

using Kind = ApiPath::Kind;

/// A path split at its first component that begins with a dot: "/a/b/.kind/rest".
struct SplitPath {
  std::string_view before;  // "/a/b"
  std::string_view kind;    // ".kind"; empty when there is none
  std::string_view rest;    // "/rest"
};

SplitPath split(std::string_view path) {
  SplitPath out;
  const std::size_t dot = path.find("/.");
  out.before = path.substr(0, dot);
  if (dot == std::string_view::npos) return out;
  out.kind = path.substr(dot + 1);
  const std::size_t slash = out.kind.find('/');
  if (slash == std::string_view::npos) return out;
  out.rest = out.kind.substr(slash);
  out.kind = out.kind.substr(0, slash);
  return out;
}

/// Below the entry of a user: the entry itself or its password.
Kind entry_kind(std::string_view kind, std::string_view rest) {
  if (kind.empty() && rest.empty()) return Kind::kUser;
  return kind == ".password" && rest.empty() ? Kind::kPassword : Kind::kVacant;
}

void parse_users(std::string_view rest, ApiPath& out) {
  if (rest.empty()) return;
  if (rest == "/") {
    out.kind = Kind::kUsers;
    return;
  }
  const SplitPath below = split(rest);
  // A name that begins with a dot cannot be told from what is below a user.
  if (below.before.empty()) {
    out.kind = Kind::kVacant;
    return;
  }
  out.user.name = below.before.substr(1);
  out.kind = entry_kind(below.kind, below.rest);
}

void parse_special_user(bool is_wildcard, std::string_view rest, ApiPath& out) {
  out.user.is_wildcard = is_wildcard;
  const SplitPath below = split(rest);
  out.kind = below.before.empty() ? entry_kind(below.kind, below.rest) : Kind::kVacant;
}

void parse_tokens(std::string_view rest, ApiPath& out) {
  if (rest.empty()) return;
  out.kind = rest == "/" ? Kind::kTokens : Kind::kToken;
  out.token = rest.substr(1);
}

/// What follows ".groups".
void parse_groups(std::string_view path, ApiPath& out) {
  const SplitPath parts = split(path);
  std::string_view group = parts.before;
  if (group.starts_with('/')) group.remove_prefix(1);
  if (group.ends_with('/')) group.remove_suffix(1);
  out.group = group;
  if (parts.kind.empty()) {
    out.kind = group.empty() ? Kind::kGroups : Kind::kGroup;
  } else if (parts.kind == ".tokens") {
    parse_tokens(parts.rest, out);
  } else if (group.empty()) {
    return;
  } else if (parts.kind == ".users") {
    parse_users(parts.rest, out);
  } else if (parts.kind == ".empty-user" || parts.kind == ".wildcard-user") {
    parse_special_user(parts.kind == ".wildcard-user", parts.rest, out);
  } else if (parts.kind == ".keys") {
    out.kind = parts.rest.empty() ? Kind::kKeys : Kind::kVacant;
  }
}

}  // namespace

ApiPath parse_api_path(std::string_view path) {
  constexpr std::string_view kVersion = "/galene-api/v0";
  ApiPath out;
  const SplitPath parts = split(path);
  if (parts.before != kVersion) return out;
  if (parts.kind == ".groups") {
    parse_groups(parts.rest, out);
  } else if (parts.kind == ".stats" && parts.rest.empty()) {
    out.kind = Kind::kStatistics;
  } else if (parts.kind == ".workers" && parts.rest.empty()) {
    out.kind = Kind::kWorkers;
  } else if (parts.kind == ".problems" && parts.rest.empty()) {
    out.kind = Kind::kProblems;
  }
  return out;
}

}  // namespace halcyon::signald
