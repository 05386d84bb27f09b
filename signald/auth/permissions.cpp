#include "signald/auth/permissions.h"

#include <algorithm>

namespace halcyon::signald {

Permissions::Permissions(const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    add(word);
  }
}

bool Permissions::has(std::string_view word) const {
  return std::find(words_.begin(), words_.end(), word) != words_.end();
}

void Permissions::add(std::string_view word) {
  if (!has(word)) {
    words_.emplace_back(word);
  }
}

void Permissions::remove(std::string_view word) { std::erase(words_, word); }

bool Permissions::operator==(const Permissions& other) const {
  return words_.size() == other.words_.size() &&
         std::all_of(words_.begin(), words_.end(),
                     [&](const std::string& word) { return other.has(word); });
}

std::optional<Permissions> permissions_of_role(std::string_view role, RecordingAllowed recording,
                                               UnrestrictedTokens tokens) {
  std::vector<std::string> words;
  if (role == "op") {
    words = {"op", "present", "message", "caption", "token"};
  } else if (role == "present") {
    words = {"present", "message"};
  } else if (role == "message" || role == "caption" || role == "admin") {
    words = {std::string(role)};
  } else if (role != "observe") {
    return std::nullopt;
  }
  Permissions out(words);
  if (recording == RecordingAllowed::kYes && out.has(permission::kOp)) {
    out.add(permission::kRecord);
  }
  if (tokens == UnrestrictedTokens::kYes && out.has(permission::kPresent)) {
    out.add(permission::kToken);
  }
  return out;
}

}  // namespace halcyon::signald
