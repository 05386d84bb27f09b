#pragma once

#include <cstddef>
#include <functional>

#include "common/units/moment.h"
#include "signald/http/http_limits.h"
#include "signald/http/http_message.h"

namespace halcyon::signald {

/// Answers a request: once, at once or later, on the loop. Does nothing when the client has gone
/// meanwhile.
using Reply = std::function<void(Response)>;

/// What stands behind a set of URLs. Does no network I/O; the server has read the body already.
class Handler {
 public:
  virtual ~Handler() = default;
  /// How much body this request may have (its head is given, its body is still to come); beyond it
  /// the answer is 413. 0: a body is read and ignored.
  virtual std::size_t body_limit(const Request& /*head*/) const { return 0; }
  /// The request lives as long as this call: who answers later copies what it needs.
  virtual void handle(const Request& request, Moment now, Reply reply) = 0;
};

}  // namespace halcyon::signald
