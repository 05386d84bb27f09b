#pragma once

#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/result/result.h"
#include "common/units/moment.h"
#include "signald/groups/decide.h"
#include "signald/groups/group_files.h"
#include "signald/groups/notices.h"

namespace halcyon::signald {

/// Told what members have to be told. May submit further commands; their notices follow those under
/// way.
class GroupListener {
 public:
  virtual ~GroupListener() = default;
  /// `state` may be newer than the notice when commands were submitted in between.
  virtual void deliver(const GroupState& state, const Notice& notice) = 0;
};

enum class AccessError {
  kIllegalName,
  kMissing,  // no such group
  kInvalid,  // its description cannot be read
};

/// The groups in memory. Each gets its description from a file, looked at again at every access.
class GroupDirectory {
 public:
  /// Groups nobody is in are forgotten early when there are more: strangers can call automatic
  /// subgroups into being.
  static constexpr std::size_t kMaxGroups = 20'000;
  static constexpr TimeDelta kMaintenanceInterval = TimeDelta::seconds(15 * 60);

  /// Borrows `files`.
  explicit GroupDirectory(const GroupFiles& files) : files_(files) {}
  /// Borrowed; must outlive all other calls.
  void set_listener(GroupListener* listener) { listener_ = listener; }

  /// Finds a group, making it or reading its description anew as needed, and locks or empties it if
  /// that is due. Valid until the next call.
  Result<const GroupState*, AccessError> access(std::string_view name, Moment now);
  /// The group if it is in memory, as it is.
  const GroupState* find(std::string_view name) const;

  /// What a command would come to, without doing it.
  Result<void, GroupError> preview(std::string_view name, const GroupCommand& command) const;
  /// Does it and has everybody told.
  Result<void, GroupError> submit(std::string_view name, const GroupCommand& command);

  /// Every fifteen minutes: forgets groups that nobody needs, reads the others' descriptions, finds
  /// public groups.
  void maintain(Moment now);
  /// Of the groups in memory, in byte order.
  std::vector<std::string> names() const;
  /// The groups that have files, with what keeps them from being used (see GroupFiles::list()).
  std::vector<DescribedGroup> described() const { return files_.list(); }
  std::size_t size() const { return groups_.size(); }

 private:
  struct Entry {
    GroupState state;
    FoundDescription found;
    bool used = false;      // somebody has been in it
    bool is_stale = false;  // the file cannot be read any more, its last good version is in force
  };
  struct Pending {
    std::string group;
    Notice notice;
  };
  using Groups = std::map<std::string, Entry, std::less<>>;

  Result<const GroupState*, AccessError> create(std::string_view name, Moment now);
  Result<void, AccessError> refresh(Entry& entry);
  AccessError keep_last_good(Entry& entry, DescriptionError error);
  void execute(GroupState& state, const std::vector<GroupEvent>& events);
  void drain();
  void forget_unused();

  const GroupFiles& files_;
  GroupListener* listener_ = nullptr;
  Groups groups_;
  std::deque<Pending> pending_;
  bool draining_ = false;
};

}  // namespace halcyon::signald
