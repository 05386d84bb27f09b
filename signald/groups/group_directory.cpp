#include "signald/groups/group_directory.h"

#include <spdlog/spdlog.h>

#include <utility>

#include "common/check/check.h"
#include "signald/groups/names.h"

namespace halcyon::signald {

namespace {

AccessError access_error(DescriptionError error) {
  return error == DescriptionError::kMissing ? AccessError::kMissing : AccessError::kInvalid;
}

}  // namespace

const GroupState* GroupDirectory::find(std::string_view name) const {
  const auto it = groups_.find(name);
  return it == groups_.end() ? nullptr : &it->second.state;
}

Result<const GroupState*, AccessError> GroupDirectory::access(std::string_view name, Moment now) {
  // Commands must not end groups that are being told about.
  check(!draining_);
  if (!is_valid_group_name(name)) {
    return unexpected<AccessError>(AccessError::kIllegalName);
  }
  const auto it = groups_.find(name);
  if (it == groups_.end()) {
    return create(name, now);
  }
  const auto refreshed = refresh(it->second);
  if (!refreshed) {
    if (it->second.state.members.empty()) {
      groups_.erase(it);
    }
    return unexpected<AccessError>(refreshed.error());
  }
  (void)submit(name, command::Sweep{});
  return &it->second.state;
}

Result<const GroupState*, AccessError> GroupDirectory::create(std::string_view name, Moment now) {
  const auto found = files_.find(name);
  if (!found) {
    return unexpected<AccessError>(access_error(found.error()));
  }
  auto description = files_.load(*found);
  if (!description) {
    return unexpected<AccessError>(access_error(description.error()));
  }
  if (groups_.size() >= kMaxGroups) {
    forget_unused();
  }
  Entry entry;
  entry.found = *found;
  entry.state.name = name;
  entry.state.description = std::move(*description);
  entry.state.last_change = now.wall;
  const auto it = groups_.emplace(std::string(name), std::move(entry)).first;
  (void)submit(name, command::Sweep{});
  return &it->second.state;
}

Result<void, AccessError> GroupDirectory::refresh(Entry& entry) {
  auto found = files_.find(entry.state.name);
  if (!found) {
    return unexpected<AccessError>(keep_last_good(entry, found.error()));
  }
  if (*found == entry.found) {
    entry.is_stale = false;
    return {};
  }
  auto description = files_.load(*found);
  if (!description) {
    return unexpected<AccessError>(keep_last_good(entry, description.error()));
  }
  entry.found = std::move(*found);
  entry.is_stale = false;
  execute(entry.state, {DescriptionChanged{std::move(*description)}});
  drain();
  return {};
}

AccessError GroupDirectory::keep_last_good(Entry& entry, DescriptionError error) {
  if (!entry.is_stale && !entry.state.members.empty()) {
    spdlog::warn("group {}: its description is {}: members stay, by the last good one",
                 entry.state.name, error == DescriptionError::kMissing ? "gone" : "broken");
    entry.is_stale = true;
  }
  return access_error(error);
}

Result<void, GroupError> GroupDirectory::preview(std::string_view name,
                                                 const GroupCommand& command) const {
  const GroupState* state = find(name);
  if (state == nullptr) {
    return unexpected<GroupError>(GroupError{GroupError::Kind::kNotMember, "join a group first"});
  }
  const auto events = decide(*state, command);
  if (!events) {
    return unexpected<GroupError>(events.error());
  }
  return {};
}

Result<void, GroupError> GroupDirectory::submit(std::string_view name,
                                                const GroupCommand& command) {
  const auto it = groups_.find(name);
  if (it == groups_.end()) {
    return unexpected<GroupError>(GroupError{GroupError::Kind::kNotMember, "join a group first"});
  }
  const auto events = decide(it->second.state, command);
  if (!events) {
    return unexpected<GroupError>(events.error());
  }
  if (std::holds_alternative<command::Join>(command)) {
    it->second.used = true;
  }
  execute(it->second.state, *events);
  drain();
  return {};
}

void GroupDirectory::execute(GroupState& state, const std::vector<GroupEvent>& events) {
  for (const GroupEvent& event : events) {
    apply(state, event);
    for (Notice& notice : notices(state, event)) {
      pending_.push_back({state.name, std::move(notice)});
    }
  }
}

void GroupDirectory::drain() {
  if (draining_) {
    return;
  }
  draining_ = true;
  while (!pending_.empty()) {
    const Pending next = std::move(pending_.front());
    pending_.pop_front();
    const GroupState* state = find(next.group);
    if (listener_ != nullptr && state != nullptr) {
      listener_->deliver(*state, next.notice);
    }
  }
  draining_ = false;
}

void GroupDirectory::forget_unused() {
  std::erase_if(groups_, [](const auto& entry) {
    return !entry.second.used && entry.second.state.members.empty();
  });
}

void GroupDirectory::maintain(Moment now) {
  check(!draining_);
  std::erase_if(groups_, [&](const auto& entry) {
    const GroupState& state = entry.second.state;
    return !state.description->is_public && state.members.empty() &&
           state.last_change + state.description->history_age() < now.wall;
  });
  for (const std::string& name : names()) {
    (void)access(name, now);
  }
  for (const DescribedGroup& group : files_.list()) {
    if (group.is_public && find(group.name) == nullptr) {
      (void)access(group.name, now);
    }
  }
}

std::vector<std::string> GroupDirectory::names() const {
  std::vector<std::string> out;
  for (const auto& [name, entry] : groups_) {
    out.push_back(name);
  }
  return out;
}

}  // namespace halcyon::signald
