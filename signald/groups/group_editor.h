#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "common/result/result.h"
#include "signald/config/file_writer.h"
#include "signald/config/global_config.h"
#include "signald/groups/group_files.h"
#include "signald/groups/user_key.h"

namespace halcyon::signald {

struct EditError {
  enum class Kind {
    kNotWritable,  // the configuration does not have writableGroups
    kBadName,      // no file could have this name
    kMissing,      // the group has no file of its own, or the user is not in it
    kTagMismatch,  // somebody else has changed the group meanwhile
    kTooLarge,     // the file would be
    kBroken,       // the file there is cannot be read; it has been logged
    kStorage,      // the disk refused; it has been logged
  };
  Kind kind = Kind::kStorage;
  std::string text;
};

/// A group's own file as it is now.
struct GroupFile {
  std::string etag;  // "<size>-<mtime in nanoseconds>", with the quotes
  std::shared_ptr<const GroupDescription> description;

  /// Null when the description has no such entry.
  const UserEntry* find(const UserKey& user) const;
};

/// Changes the files of groups (groups.md 9). A change rewrites the whole file and is on the disk
/// when it is reported; one follows the other. Tags are compared with the file as it then is.
class GroupEditor {
 public:
  /// All borrowed.
  GroupEditor(const GroupFiles& groups, FileWriter& writer, GlobalConfigSource& config)
      : groups_(groups), writer_(writer), config_(config) {}

  /// Of the group's own file, "" when it has none.
  Result<std::string, EditError> etag(std::string_view group) const;
  Result<GroupFile, EditError> read(std::string_view group) const;

  /// Replaces all but users and keys, which stay. An empty tag makes the group.
  Result<void, EditError> put_group(std::string_view group, GroupDescription fresh,
                                    std::string_view etag);
  /// Works on broken files too.
  Result<void, EditError> remove_group(std::string_view group, std::string_view etag);

  /// Makes the user, or changes what the user may do and keeps the password. The tag is "" for a
  /// new user, the file's otherwise.
  Result<void, EditError> put_user(std::string_view group, const UserKey& user, const Grant& grant,
                                   std::string_view etag);
  Result<void, EditError> remove_user(std::string_view group, const UserKey& user,
                                      std::string_view etag);
  Result<void, EditError> set_password(std::string_view group, const UserKey& user,
                                       const Password& password);
  /// The keys must have been checked.
  Result<void, EditError> set_keys(std::string_view group, JsonArray keys);

 private:
  using Edit = std::function<Result<void, EditError>(const GroupFile&, GroupDescription&)>;

  Result<void, EditError> check_writable() const;
  Result<FoundDescription, EditError> find(std::string_view group) const;
  Result<void, EditError> edit(std::string_view group, const Edit& change);
  Result<void, EditError> write(std::string_view group, const GroupDescription& description);

  const GroupFiles& groups_;
  FileWriter& writer_;
  GlobalConfigSource& config_;
};

}  // namespace halcyon::signald
