#pragma once

#include <memory>

#include "signald/server/session.h"

namespace halcyon::signald {

/// For a client that speaks plain HTTP where TLS is spoken: every request is answered with a
/// sentence that says so (400), and the connection ends.
std::unique_ptr<Session> wrong_scheme_session(SessionContext context, Moment now);

}  // namespace halcyon::signald
