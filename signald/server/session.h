#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "common/net/socket_address.h"
#include "common/units/moment.h"
#include "signald/http/handler.h"
#include "signald/http/http_limits.h"
#include "signald/http/trusted_proxies.h"

namespace halcyon::signald {

/// What an HTTP session needs to know of where it runs. All that is referred to outlives the
/// session.
struct SessionContext {
  Handler& handler;
  const TrustedProxies& proxies;
  const ConnectionLimits& limits;
  SocketAddress peer;  // empty on a Unix socket
  bool tls = false;
  /// Says that pull() may have something new: an answer came later than its request. May be called
  /// from within any member function of the session but its destructor.
  std::function<void()> wake;
};

/// What a connection's bytes mean once TLS is off. No I/O and no clock: bytes and `now` in, bytes
/// and a deadline out. The owner calls on_time() at the deadline, and pull() after each call of
/// anything and after each wake(), until it gives nothing.
class Session {
 public:
  virtual ~Session() = default;
  /// What the client sent. Not to be called while wants_input() is false.
  virtual void receive(std::string_view bytes, Moment now) = 0;
  /// The client sends no more, but may still read.
  virtual void receive_end(Moment now) = 0;
  /// The next bytes to send, at most out.size(); 0 when there are none at present.
  virtual std::size_t pull(std::span<char> out, Moment now) = 0;
  /// False: what arrives has to wait in the socket's buffer.
  virtual bool wants_input() const = 0;
  /// The connection is to be closed once all that pull() gave is sent.
  virtual bool finished() const = 0;
  /// When on_time() is due; never() if nothing is.
  virtual Timestamp deadline() const = 0;
  virtual void on_time(Moment now) = 0;
  /// The server is stopping: what is under way may end, nothing new begins.
  virtual void leave(Moment now) = 0;
};

}  // namespace halcyon::signald
