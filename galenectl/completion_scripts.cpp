#include "galenectl/completion_scripts.h"

namespace halcyon::galenectl {
namespace {

constexpr std::string_view kBash =
    R"sh(# Completion of galenectl for bash: the tool itself says what may come next.
_galenectl() {
  local -a answer
  mapfile -t answer < <(
    "${1/#\~/$HOME}" __complete bash "${COMP_LINE:0:COMP_POINT}" "${COMP_WORDS[COMP_CWORD]}" 2>/dev/null
  )
  COMPREPLY=("${answer[@]:1}")
  if [[ ${answer[0]-} == files ]]; then compopt -o default; fi
}
complete -F _galenectl galenectl
)sh";

constexpr std::string_view kZsh = R"sh(#compdef galenectl
# Completion of galenectl for zsh: the tool itself says what may come next.
_galenectl() {
  local -a answer values shown
  local line program=${(Q)words[1]}
  answer=("${(@f)$("${program/#\~/$HOME}" __complete words \
    "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}")
  if [[ $answer[1] == files ]]; then
    compset -P '-*='
    _files
    return
  fi
  for line in "${(@)answer[2,-1]}"; do
    values+=("${line%%$'\t'*}")
    shown+=("${line/$'\t'/  -- }")
  done
  (( $#values )) && compadd -l -d shown -a values
}
if [[ $funcstack[1] == _galenectl ]]; then
  _galenectl "$@"
else
  compdef _galenectl galenectl
fi
)sh";

constexpr std::string_view kFish =
    R"sh(# Completion of galenectl for fish: the tool itself says what may come next.
function __galenectl_candidates
    set -l words (commandline -opc)
    set -l program $words[1]
    set -e words[1]
    set -l answer ($program __complete words $words (commandline -ct) 2>/dev/null)
    set -l kind $answer[1]
    set -e answer[1]
    if test "$kind" = files
        __fish_complete_path (commandline -ct)
    else if set -q answer[1]
        printf '%s\n' $answer
    end
end
complete -c galenectl -f -a '(__galenectl_candidates)'
)sh";

}  // namespace

std::optional<std::string_view> completion_script(std::string_view shell) {
  if (shell == "bash") return kBash;
  if (shell == "zsh") return kZsh;
  if (shell == "fish") return kFish;
  return std::nullopt;
}

}  // namespace halcyon::galenectl
