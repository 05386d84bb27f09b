#pragma once

#include <functional>
#include <memory>
#include <string>

#include "common/net/socket_address.h"
#include "common/result/error.h"
#include "common/uv/async.h"
#include "common/uv/loop.h"

namespace halcyon::signald {

/// Asks for the address of a host by its name. On a thread of its own, which nobody waits for:
/// libuv's pool would keep the process from ending for as long as a name server stays silent.
class HostLookup {
 public:
  using Done = std::function<void(ResultOr<SocketAddress>)>;

  /// `done` is called on the loop, once for each start() but those that another start() or the end
  /// of this overtakes. The address is without port.
  HostLookup(uv::Loop& loop, Done done);
  ~HostLookup();
  HostLookup(const HostLookup&) = delete;
  HostLookup& operator=(const HostLookup&) = delete;

  void start(const std::string& host);

 private:
  struct Question;
  void forget();

  Done done_;
  std::shared_ptr<Question> question_;  // with the thread
  uv::Async answered_;
};

}  // namespace halcyon::signald
