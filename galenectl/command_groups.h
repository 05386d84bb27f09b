#pragma once

#include <vector>

#include "galenectl/commands.h"

namespace halcyon::galenectl {

/// The commands, by what they are about.
std::vector<Command> group_commands();
std::vector<Command> user_commands();
std::vector<Command> password_commands();
std::vector<Command> token_commands();
Command setup_command();
Command completion_command();

}  // namespace halcyon::galenectl
