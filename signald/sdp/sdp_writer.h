#pragma once

#include <string>

#include "signald/sdp/session_description.h"

namespace halcyon::signald::sdp {

/// The text of a description, CRLF at each line's end. parse_session_description() gives an equal
/// description back when the candidates and attributes follow their grammar.
std::string write_session_description(const SessionDescription& description);

}  // namespace halcyon::signald::sdp
