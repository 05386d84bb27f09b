#include "signald/groups/group_editor.h"

#include <spdlog/spdlog.h>

#include <utility>

#include "signald/groups/description_writer.h"
#include "signald/groups/names.h"

namespace halcyon::signald {
namespace {

using Done = Result<void, EditError>;
using Kind = EditError::Kind;

tl::unexpected<EditError> refused(Kind kind, std::string text) {
  return tl::unexpected<EditError>(EditError{kind, std::move(text)});
}

tl::unexpected<EditError> no_group() { return refused(Kind::kMissing, "there is no such group"); }
tl::unexpected<EditError> no_user() { return refused(Kind::kMissing, "there is no such user"); }
tl::unexpected<EditError> tag_mismatch() { return refused(Kind::kTagMismatch, "tag mismatch"); }

std::string etag_of(const FileStamp& stamp) {
  return "\"" + std::to_string(stamp.size) + "-" + std::to_string(stamp.mtime_ns) + "\"";
}

UserEntry* find_entry(GroupDescription& description, const UserKey& user) {
  if (user.is_wildcard) return description.wildcard_user ? &*description.wildcard_user : nullptr;
  const auto it = description.users.find(user.name);
  return it == description.users.end() ? nullptr : &it->second;
}

UserEntry& make_entry(GroupDescription& description, const UserKey& user) {
  if (user.is_wildcard) return description.wildcard_user.emplace();
  return description.users[user.name];
}

}  // namespace

const UserEntry* GroupFile::find(const UserKey& user) const {
  if (user.is_wildcard) return description->wildcard_user ? &*description->wildcard_user : nullptr;
  const auto it = description->users.find(user.name);
  return it == description->users.end() ? nullptr : &it->second;
}

Result<FoundDescription, EditError> GroupEditor::find(std::string_view group) const {
  if (!is_storable_group_name(group)) return no_group();
  auto found = groups_.find(group);
  if (!found && found.error() != DescriptionError::kMissing) {
    return refused(Kind::kBroken, "the group's file cannot be looked at");
  }
  if (!found || found->subgroup != Subgroup::kOwnFile) return no_group();
  return std::move(*found);
}

Result<std::string, EditError> GroupEditor::etag(std::string_view group) const {
  const auto found = find(group);
  if (found) return etag_of(found->stamp);
  if (found.error().kind == Kind::kMissing) return std::string();
  return tl::unexpected<EditError>(found.error());
}

Result<GroupFile, EditError> GroupEditor::read(std::string_view group) const {
  const auto found = find(group);
  if (!found) return tl::unexpected<EditError>(found.error());
  auto description = groups_.load(*found);
  if (!description && description.error() == DescriptionError::kMissing) return no_group();
  if (!description) return refused(Kind::kBroken, "the group's file cannot be read");
  return GroupFile{etag_of(found->stamp), std::move(*description)};
}

Done GroupEditor::check_writable() const {
  const auto config = config_.current();
  if (!config) return refused(Kind::kStorage, config.error().message);
  if (!(*config)->writable_groups) return refused(Kind::kNotWritable, "not authorised");
  return {};
}

Done GroupEditor::write(std::string_view group, const GroupDescription& description) {
  const std::string text = write_group_description(description);
  if (text.size() > kMaxDescriptionFile) {
    return refused(Kind::kTooLarge, "the group's file would be too large");
  }
  // A file that could not be read again would lock everybody out of the group.
  if (const auto again = parse_group_description(text); !again) {
    spdlog::error("group {}: not written, since it could not be read again: {}", group,
                  again.error().message);
    return refused(Kind::kStorage, again.error().message);
  }
  const std::string path = groups_.path_of(group);
  if (const auto written = writer_.replace(path, text); !written) {
    spdlog::error("group {}: {} cannot be written: {}", group, path, written.error().text);
    return refused(Kind::kStorage, written.error().text);
  }
  return {};
}

Done GroupEditor::edit(std::string_view group, const Edit& change) {
  const auto file = read(group);
  if (!file) return tl::unexpected<EditError>(file.error());
  if (auto writable = check_writable(); !writable) return writable;
  GroupDescription description = *file->description;
  if (auto changed = change(*file, description); !changed) return changed;
  return write(group, description);
}

Done GroupEditor::put_group(std::string_view group, GroupDescription fresh, std::string_view etag) {
  if (auto writable = check_writable(); !writable) return writable;
  if (!is_storable_group_name(group)) return refused(Kind::kBadName, "illegal group name");
  const auto file = read(group);
  if (!file && file.error().kind != Kind::kMissing) {
    return tl::unexpected<EditError>(file.error());
  }
  if ((file ? file->etag : std::string()) != etag) return tag_mismatch();
  fresh.users.clear();
  fresh.wildcard_user.reset();
  fresh.fallback_users.clear();
  fresh.auth_keys.clear();
  if (file) {
    fresh.users = file->description->users;
    fresh.wildcard_user = file->description->wildcard_user;
    fresh.fallback_users = file->description->fallback_users;
    fresh.auth_keys = file->description->auth_keys;
  }
  return write(group, fresh);
}

Done GroupEditor::remove_group(std::string_view group, std::string_view etag) {
  const auto found = find(group);
  if (!found) return tl::unexpected<EditError>(found.error());
  if (auto writable = check_writable(); !writable) return writable;
  if (etag_of(found->stamp) != etag) return tag_mismatch();
  const auto removed = writer_.remove(found->stamp.path);
  if (removed) return {};
  if (removed.error().kind == FileError::Kind::kMissing) return no_group();
  spdlog::error("group {}: {} cannot be removed: {}", group, found->stamp.path,
                removed.error().text);
  return refused(Kind::kStorage, removed.error().text);
}

Done GroupEditor::put_user(std::string_view group, const UserKey& user, const Grant& grant,
                           std::string_view etag) {
  if (!is_storable_user_name(user.name)) return refused(Kind::kBadName, "illegal user name");
  return edit(group, [&](const GroupFile& file, GroupDescription& description) -> Done {
    UserEntry* entry = find_entry(description, user);
    if (etag != (entry == nullptr ? std::string() : file.etag)) return tag_mismatch();
    if (entry == nullptr) entry = &make_entry(description, user);
    entry->grant = grant;
    return {};
  });
}

Done GroupEditor::remove_user(std::string_view group, const UserKey& user, std::string_view etag) {
  return edit(group, [&](const GroupFile& file, GroupDescription& description) -> Done {
    if (find_entry(description, user) == nullptr) return no_user();
    if (etag != file.etag) return tag_mismatch();
    if (user.is_wildcard) {
      description.wildcard_user.reset();
    } else {
      description.users.erase(user.name);
    }
    return {};
  });
}

Done GroupEditor::set_password(std::string_view group, const UserKey& user,
                               const Password& password) {
  return edit(group, [&](const GroupFile&, GroupDescription& description) -> Done {
    UserEntry* entry = find_entry(description, user);
    if (entry == nullptr) return no_user();
    entry->password = password;
    return {};
  });
}

Done GroupEditor::set_keys(std::string_view group, JsonArray keys) {
  return edit(group, [&](const GroupFile&, GroupDescription& description) -> Done {
    description.auth_keys = std::move(keys);
    return {};
  });
}

}  // namespace halcyon::signald
