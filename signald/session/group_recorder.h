#pragma once

#include <string>

#include "common/result/error.h"
#include "common/units/moment.h"

namespace halcyon::signald {

/// Records groups. A recorder is a member of kind kRecorder; it joins and leaves by commands to the
/// group directory, and members are told of it as of anybody (protocol.md 24). Who may record, and
/// that there is one recorder in a group at most, has been checked.
class GroupRecorder {
 public:
  virtual ~GroupRecorder() = default;
  /// Has a recorder join the group. The error is for the member who asked.
  virtual ResultOr<void> start(const std::string& group, Moment now) = 0;
  /// Has the recorder with this member id finish its file and leave: somebody has asked, or the
  /// group shows it out.
  virtual void stop(const std::string& group, const std::string& member, Moment now) = 0;
};

}  // namespace halcyon::signald
