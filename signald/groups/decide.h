#pragma once

#include <string>
#include <vector>

#include "common/result/result.h"
#include "signald/groups/group_command.h"
#include "signald/groups/group_event.h"
#include "signald/groups/group_state.h"

namespace halcyon::signald {

struct GroupError {
  enum class Kind {
    kNotMember,      // the actor is not in the group
    kNotAuthorised,  // a permission is missing
    kRefused,        // for the reason in the text
    kRedirect,       // the group lives at the URL in the text
    kInternal,       // the text is for the log
  };
  Kind kind = Kind::kRefused;
  std::string text;  // for the user, unless the kind says otherwise
};

/// What comes of a command, without doing it. Pure: the same state and command give the same events
/// on every host. The events are to be applied at once, in order; a command without effect gives
/// none.
Result<std::vector<GroupEvent>, GroupError> decide(const GroupState& state,
                                                   const GroupCommand& command);

/// The only way a state changes. The event must come from decide() on this state.
void apply(GroupState& state, const GroupEvent& event);

/// Messages young enough for a newcomer, oldest first.
std::vector<HistoryEntry> recent_history(const GroupState& state, WallTime now);

}  // namespace halcyon::signald
