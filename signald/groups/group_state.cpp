#include "signald/groups/group_state.h"

#include <algorithm>

namespace halcyon::signald {

const Member* GroupState::member(std::string_view id) const {
  const auto it = members.find(id);
  return it == members.end() ? nullptr : &it->second;
}

bool GroupState::has_operator() const {
  return std::any_of(members.begin(), members.end(), [](const auto& entry) {
    return entry.second.permissions.has(permission::kOp);
  });
}

std::vector<std::string> GroupState::recorders() const {
  std::vector<std::string> out;
  for (const auto& [id, someone] : members) {
    if (someone.kind == MemberKind::kRecorder) {
      out.push_back(id);
    }
  }
  return out;
}

const OfferedStream* GroupState::stream(std::string_view publisher, std::string_view id) const {
  const auto it = std::find_if(streams.begin(), streams.end(), [&](const OfferedStream& stream) {
    return stream.publisher == publisher && stream.id == id;
  });
  return it == streams.end() ? nullptr : &*it;
}

std::vector<OfferedStream> GroupState::streams_of(std::string_view publisher) const {
  std::vector<OfferedStream> out;
  for (const OfferedStream& stream : streams) {
    if (stream.publisher == publisher) {
      out.push_back(stream);
    }
  }
  return out;
}

}  // namespace halcyon::signald
