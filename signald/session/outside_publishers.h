#pragma once

#include <string>

namespace halcyon::signald {

/// Members who publish without a connection to the signalling server (kind kWhip). They join, offer
/// and leave by SignallingServer::submit().
class OutsidePublishers {
 public:
  virtual ~OutsidePublishers() = default;
  /// The member is to leave: the group shows it out, or its transport has failed and it cannot be
  /// asked for another offer. `reason` is for the log. Must not call back.
  virtual void end_publication(const std::string& group, const std::string& member,
                               const std::string& reason) = 0;
};

}  // namespace halcyon::signald
