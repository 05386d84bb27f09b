#pragma once

#include <memory>
#include <string>

#include "common/net/socket_address.h"
#include "common/result/error.h"
#include "signald/http/listen_address.h"

namespace halcyon::signald {

/// A listening stream socket. Removes its socket file at the end.
class ListenSocket {
 public:
  /// Errors name the address and what to do about it.
  static ResultOr<std::unique_ptr<ListenSocket>> open(const ListenAddress& address);
  /// One that the service manager has opened for us.
  static std::unique_ptr<ListenSocket> inherit(int fd);

  ListenSocket(const ListenSocket&) = delete;
  ListenSocket& operator=(const ListenSocket&) = delete;
  ~ListenSocket();

  int fd() const { return fd_; }
  /// The port that was really taken; 0 for a Unix socket.
  std::uint16_t port() const;

 private:
  ListenSocket(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}

  int fd_;
  std::string path_;
};

}  // namespace halcyon::signald
