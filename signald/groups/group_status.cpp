#include "signald/groups/group_status.h"

#include <fmt/format.h>

namespace halcyon::signald {

namespace {

void add_text(JsonObject& out, const char* key, const std::string& text) {
  if (!text.empty()) {
    out.add(key, text);
  }
}

void add_presence(JsonObject& out, const GroupState& state) {
  if (state.lock) {
    out.add("locked", true);
  }
  out.add("clientCount", std::uint64_t{state.members.size()});
}

/// True when the group lives elsewhere, and nothing else is to be told.
bool add_redirect(JsonObject& out, const GroupDescription& description) {
  if (description.redirect.empty()) {
    return false;
  }
  out.add("redirect", description.redirect);
  add_text(out, "displayName", description.display_name);
  add_text(out, "description", description.description);
  return true;
}

void add_texts(JsonObject& out, const GroupDescription& description) {
  add_text(out, "displayName", description.display_name);
  add_text(out, "description", description.description);
  add_text(out, "authServer", description.auth_server);
  add_text(out, "authPortal", description.auth_portal);
}

}  // namespace

std::string encode_url_path(std::string_view path) {
  constexpr std::string_view kPlain = "-_.~$&+,/:;=@";
  std::string out;
  for (const char c : path) {
    const bool alphanumeric =
        (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    if (alphanumeric || kPlain.find(c) != std::string_view::npos) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

JsonObject member_status(const GroupState& state, bool can_change_password) {
  JsonObject out;
  out.add("name", state.name);
  if (add_redirect(out, *state.description)) {
    return out;
  }
  add_texts(out, *state.description);
  add_presence(out, state);
  if (can_change_password) {
    out.add("canChangePassword", true);
  }
  return out;
}

JsonObject stranger_status(const GroupState& state, const BaseUrl& base) {
  JsonObject out;
  out.add("name", state.name);
  if (add_redirect(out, *state.description)) {
    return out;
  }
  if (!base.host.empty()) {
    const std::string root = "://" + base.host + base.prefix;
    out.add("location", base.scheme + root + "/group/" + encode_url_path(state.name) + "/");
    out.add("endpoint", (base.scheme == "http" ? "ws" : "wss") + root + "/ws");
  }
  add_texts(out, *state.description);
  if (state.description->is_public) {
    add_presence(out, state);
  }
  return out;
}

}  // namespace halcyon::signald
