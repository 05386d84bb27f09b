#include "signald/turn/relay_tester.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <utility>

#include "common/clock/clock.h"
#include "common/log/log.h"
#include "common/uv/poll.h"

namespace halcyon::signald {
namespace {

constexpr std::uint16_t kTurnPort = 3478;  // RFC 8656 18.1
/// Larger ones are no answers to what we ask.
constexpr std::size_t kMaxDatagram = 2048;

/// Not connected: a connected one ends with ICMP's word that nobody listens, and a server that is
/// just starting would be missed.
int socket_towards(const SocketAddress& server) {
  return ::socket(server.is_v4() ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
                  0);
}

/// "turn:host:port?transport=udp", as check_ice_url() has found good; nothing for other transports.
std::optional<TurnTarget> target_of(std::string_view url) {
  constexpr std::string_view kScheme = "turn:";
  if (!url.starts_with(kScheme)) return std::nullopt;
  url.remove_prefix(kScheme.size());
  const std::size_t query = url.find('?');
  if (query != std::string_view::npos && url.substr(query) != "?transport=udp") return std::nullopt;
  url = url.substr(0, query);
  TurnTarget target{.host = "", .port = kTurnPort, .username = "", .password = ""};
  std::size_t colon = url.rfind(':');
  if (url.starts_with('[')) {
    const std::size_t end = url.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    target.host = url.substr(1, end - 1);
    colon = url.find(':', end);
  } else {
    target.host = url.substr(0, colon);
  }
  if (colon != std::string_view::npos) {
    const std::string_view port = url.substr(colon + 1);
    std::from_chars(port.data(), port.data() + port.size(), target.port);
  }
  return target;
}

}  // namespace

std::optional<TurnTarget> turn_target(const std::vector<IceServer>& servers) {
  for (const IceServer& server : servers) {
    const std::string* password = server.credential.as_string();
    if (password == nullptr || server.credential_type != "password") continue;
    for (const std::string& url : server.urls) {
      if (auto target = target_of(url)) {
        target->username = server.username;
        target->password = *password;
        return target;
      }
    }
  }
  return std::nullopt;
}

/// One test with its two sockets.
class RelayTester::Run {
 public:
  using Ended = std::function<void(ResultOr<RelayTestResult>)>;

  Run(uv::Loop& loop, RandomSource& random, const TurnTarget& target, const SocketAddress& server,
      Ended ended)
      : server_(server),
        ended_(std::move(ended)),
        test_(target.username, target.password, random, monotonic_now()),
        timer_(loop, [this] {
          test_.handle_timeout(monotonic_now());
          drain();
        }) {
    for (std::size_t i = 0; i < sockets_.size(); ++i) {
      Socket& socket = sockets_[i];
      socket.fd = socket_towards(server);
      if (socket.fd < 0) {
        problem_ = std::strerror(errno);
        continue;
      }
      socket.poll = std::make_unique<uv::Poll>(loop, socket.fd, [this, i](auto) { readable(i); });
      socket.poll->watch({.readable = true});
    }
  }
  ~Run() {
    for (Socket& socket : sockets_) {
      socket.poll.reset();
      if (socket.fd >= 0) ::close(socket.fd);
    }
  }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  void start() {
    if (!problem_.empty()) return std::exchange(ended_, nullptr)(fail(problem_));
    drain();
  }

 private:
  struct Socket {
    int fd = -1;
    std::unique_ptr<uv::Poll> poll;
  };

  void readable(std::size_t client) {
    std::array<std::uint8_t, kMaxDatagram> buffer;
    while (true) {
      sockaddr_storage from{};
      socklen_t length = sizeof from;
      const ssize_t size = ::recvfrom(sockets_[client].fd, buffer.data(), buffer.size(), 0,
                                      reinterpret_cast<sockaddr*>(&from), &length);
      if (size < 0) break;
      // Strangers' datagrams are none of ours.
      if (SocketAddress::from_sockaddr(reinterpret_cast<sockaddr*>(&from)) != server_) continue;
      test_.handle_datagram(client, {buffer.data(), static_cast<std::size_t>(size)},
                            monotonic_now());
    }
    drain();
  }

  /// A datagram that is not sent is like one that is lost.
  void drain() {
    while (const auto output = test_.poll_output()) {
      const auto& [client, bytes] = *output;
      sockaddr_storage to{};
      const socklen_t length = server_.to_sockaddr(to);
      (void)::sendto(sockets_[client].fd, bytes.data(), bytes.size(), MSG_NOSIGNAL,
                     reinterpret_cast<const sockaddr*>(&to), length);
    }
    if (!ended_) return;
    if (test_.result()) {
      timer_.stop();
      return std::exchange(ended_, nullptr)(*test_.result());
    }
    timer_.start_once(std::max(test_.next_deadline() - monotonic_now(), TimeDelta::zero()));
  }

  SocketAddress server_;
  Ended ended_;
  std::string problem_;
  RelayTest test_;
  std::array<Socket, RelayTest::kClients> sockets_;
  uv::Timer timer_;
};

RelayTester::RelayTester(uv::Loop& loop, RandomSource& random, Servers servers)
    : loop_(loop),
      random_(random),
      servers_(std::move(servers)),
      lookup_(loop,
              [this](ResultOr<SocketAddress> address) {
                if (!address) return ended(fail(address.error().message));
                looked_up(*address);
              }),
      timer_(loop, [this] { test(); }),
      close_timer_(loop, [this] { run_.reset(); }) {}

RelayTester::~RelayTester() = default;

void RelayTester::start() { test(); }

void RelayTester::test() {
  timer_.start_once(kInterval);
  target_ = turn_target(servers_()).value_or(TurnTarget{});
  if (target_.host.empty()) {
    last_.reset();
    spdlog::debug("no TURN server to test");
    return;
  }
  if (const auto address = SocketAddress::parse(target_.host, 0)) return looked_up(*address);
  lookup_.start(target_.host);
}

void RelayTester::looked_up(SocketAddress address) {
  address.set_port(target_.port);
  run_ =
      std::make_unique<Run>(loop_, random_, target_, address,
                            [this](ResultOr<RelayTestResult> result) { ended(std::move(result)); });
  run_->start();
}

void RelayTester::ended(ResultOr<RelayTestResult> result) {
  const std::string server = target_.host + ":" + std::to_string(target_.port);
  close_timer_.start_once(TimeDelta::zero());  // not now: it is the run that calls
  last_ = RelayReport{server, std::nullopt, ""};
  if (result) {
    last_->result = *result;
    spdlog::info("the TURN server {} relays: tested in {} ms, {} ms from end to end", server,
                 result->total.ms(), static_cast<double>(result->delay.us()) / 1000);
  } else {
    last_->problem = result.error().message;
    spdlog::warn("the TURN server {} does not relay: {}", server, last_->problem);
  }
}

}  // namespace halcyon::signald
