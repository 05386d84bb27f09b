#pragma once

#include <functional>
#include <string>
#include <vector>

#include "galenectl/command_line.h"
#include "galenectl/commands.h"

namespace halcyon::galenectl {

struct Candidate {
  std::string text;  // the whole word
  std::string description;
};

/// What may stand in the place of the word being typed.
struct Candidates {
  std::vector<Candidate> list;
  bool are_files = false;  // the shell knows those better
};

/// What the words before the one being typed say.
struct LineSoFar {
  Options global;
  std::string group;  // of the command's -group
};

/// Gives the names of groups, users or tokens that there are; none when it does not know.
using NameSource = std::function<std::vector<std::string>(Names, const LineSoFar&)>;

/// `words` are those behind the program's name; the last is the one being typed.
Candidates candidates_for(const std::vector<std::string>& words, const NameSource& source);

}  // namespace halcyon::galenectl
