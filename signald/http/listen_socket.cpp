#include "signald/http/listen_socket.h"

#include <netdb.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace halcyon::signald {
namespace {

// Browsers of a whole lecture that reconnect at once wait here for a moment.
constexpr int kBacklog = 1024;
constexpr int kSocketFlags = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;

std::string advice(int error_number) {
  switch (error_number) {
    case EADDRINUSE:
      return ": another program listens there; stop it, or choose another address with -http";
    case EACCES:
      return ": ports below 1024 need CAP_NET_BIND_SERVICE; choose another with -http";
    case EADDRNOTAVAIL:
      return ": this host has no such address; choose another with -http";
    default:
      return "";
  }
}

tl::unexpected<Error> cannot_listen(const ListenAddress& address, int error_number) {
  return fail("cannot listen on " + address.to_string() + ": " + std::strerror(error_number) +
              advice(error_number));
}

/// A listening socket, or -1 and errno.
int listen_on(int family, int protocol, const sockaddr* address, socklen_t length) {
  const int fd = ::socket(family, kSocketFlags, protocol);
  if (fd < 0) return -1;
  const int on = 1;
  const int off = 0;
  if (family != AF_UNIX) ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (family == AF_INET6) ::setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
  if (::bind(fd, address, length) == 0 && ::listen(fd, kBacklog) == 0) return fd;
  const int saved = errno;
  ::close(fd);
  errno = saved;
  return -1;
}

/// Every address of the host: one dual-stack socket, or IPv4 alone where the kernel has no IPv6.
int listen_everywhere(std::uint16_t port) {
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(port);
  const int fd = listen_on(AF_INET6, 0, reinterpret_cast<const sockaddr*>(&v6), sizeof v6);
  if (fd >= 0 || (errno != EAFNOSUPPORT && errno != EADDRNOTAVAIL)) return fd;
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_port = htons(port);
  return listen_on(AF_INET, 0, reinterpret_cast<const sockaddr*>(&v4), sizeof v4);
}

ResultOr<int> listen_on_host(const ListenAddress& address) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int status =
      ::getaddrinfo(address.host.c_str(), std::to_string(address.port).c_str(), &hints, &found);
  if (status != 0) {
    return fail("cannot listen on " + address.to_string() + ": " + ::gai_strerror(status) +
                "; check the host of -http");
  }
  int fd = -1;
  int first_error = 0;
  for (const addrinfo* a = found; a != nullptr && fd < 0; a = a->ai_next) {
    fd = listen_on(a->ai_family, a->ai_protocol, a->ai_addr, a->ai_addrlen);
    if (fd < 0 && first_error == 0) first_error = errno;
  }
  ::freeaddrinfo(found);
  if (fd < 0) return cannot_listen(address, first_error);
  return fd;
}

/// Whether a socket file is left over from a process that is gone.
bool is_stale(const sockaddr_un& address) {
  struct stat status {};
  if (::lstat(address.sun_path, &status) != 0 || !S_ISSOCK(status.st_mode)) return false;
  const int fd = ::socket(AF_UNIX, kSocketFlags, 0);
  if (fd < 0) return false;
  const bool refused =
      ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 &&
      errno == ECONNREFUSED;
  ::close(fd);
  return refused;
}

ResultOr<int> listen_on_path(const ListenAddress& address) {
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  if (address.unix_path.size() >= sizeof name.sun_path) {
    return fail("cannot listen on " + address.unix_path + ": the path is longer than " +
                std::to_string(sizeof name.sun_path - 1) + " bytes");
  }
  std::memcpy(name.sun_path, address.unix_path.c_str(), address.unix_path.size() + 1);
  if (is_stale(name)) ::unlink(name.sun_path);
  const int fd = listen_on(AF_UNIX, 0, reinterpret_cast<const sockaddr*>(&name), sizeof name);
  if (fd < 0) return cannot_listen(address, errno);
  return fd;
}

}  // namespace

ResultOr<std::unique_ptr<ListenSocket>> ListenSocket::open(const ListenAddress& address) {
  ResultOr<int> fd = -1;
  if (!address.unix_path.empty()) {
    fd = listen_on_path(address);
  } else if (!address.host.empty()) {
    fd = listen_on_host(address);
  } else {
    fd = listen_everywhere(address.port);
    if (*fd < 0) fd = cannot_listen(address, errno);
  }
  if (!fd) return make_unexpected(fd.error());
  return std::unique_ptr<ListenSocket>(new ListenSocket(*fd, address.unix_path));
}

std::unique_ptr<ListenSocket> ListenSocket::inherit(int fd) {
  return std::unique_ptr<ListenSocket>(new ListenSocket(fd, ""));
}

ListenSocket::~ListenSocket() {
  ::close(fd_);
  if (!path_.empty()) ::unlink(path_.c_str());
}

std::uint16_t ListenSocket::port() const {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  if (::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &length) != 0) return 0;
  return SocketAddress::from_sockaddr(reinterpret_cast<const sockaddr*>(&address)).port();
}

}  // namespace halcyon::signald
