#include "signald/ws/websocket_tunnel.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <utility>

namespace halcyon::signald {
namespace {

bool would_block() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

/// Close code 1002, without a reason.
constexpr std::array<char, 4> kProtocolErrorFrame = {'\x88', '\x02', '\x03', '\xea'};

/// Of an HTTP message's head.
constexpr std::string_view kHeadEnd = "\r\n\r\n";

}  // namespace

WebSocketTunnel::WebSocketTunnel(uv::Loop& loop, Descriptor end, std::function<void()> wake)
    : end_(std::move(end)),
      wake_(std::move(wake)),
      poll_(loop, end_.get(), [this](uv::Poll::Events events) {
        readable_ = readable_ || events.readable;
        if (events.writable) forward();
        watch();
        const auto wake_owner = wake_;  // which may destroy this
        wake_owner();
      }) {
  watch();
}

/// Readiness to be read is reported once, until pull() has found nothing more.
void WebSocketTunnel::watch() {
  poll_.watch({.readable = !readable_ && !finished_, .writable = !waiting_.empty()});
}

void WebSocketTunnel::receive(std::string_view bytes, Moment /*now*/) {
  if (stopped_) return;
  if (!gate_.admit(bytes)) {
    broke_rules_ = true;
    stop_input();
    return;
  }
  waiting_.append(bytes);
  forward();
  watch();
}

void WebSocketTunnel::receive_end(Moment /*now*/) { stop_input(); }

void WebSocketTunnel::forward() {
  while (!waiting_.empty()) {
    const ssize_t sent = ::send(end_.get(), waiting_.data(), waiting_.size(), MSG_NOSIGNAL);
    if (sent < 0) {
      if (!would_block()) waiting_.clear();  // libwebsockets has gone; pull() will see the end
      break;
    }
    waiting_.erase(0, static_cast<std::size_t>(sent));
  }
  if (waiting_.empty()) std::string().swap(waiting_);
}

void WebSocketTunnel::stop_input() {
  if (std::exchange(stopped_, true)) return;
  std::string().swap(waiting_);
  ::shutdown(end_.get(), SHUT_WR);
  watch();
}

std::size_t WebSocketTunnel::pull(std::span<char> out, Moment /*now*/) {
  if (finished_ || !readable_) return 0;
  const ssize_t got = ::recv(end_.get(), out.data(), out.size(), 0);
  if (got < 0 && would_block()) {
    readable_ = false;
    watch();
    return 0;
  }
  if (got <= 0) return pull_last(out);
  note_sent({out.data(), static_cast<std::size_t>(got)});
  return static_cast<std::size_t>(got);
}

/// Keeps track of where among the frames we are, behind the head of the answer to the upgrade.
void WebSocketTunnel::note_sent(std::string_view bytes) {
  while (!bytes.empty() && head_end_seen_ < kHeadEnd.size()) {
    const char c = bytes.front();
    bytes.remove_prefix(1);
    head_end_seen_ = c == kHeadEnd[head_end_seen_] ? head_end_seen_ + 1 : c == kHeadEnd[0] ? 1 : 0;
  }
  while (const auto header = sent_.advance(bytes)) {
    close_sent_ = close_sent_ || header->opcode == opcode::kClose;
  }
}

/// libwebsockets has closed its end.
std::size_t WebSocketTunnel::pull_last(std::span<char> out) {
  finished_ = true;
  watch();
  const bool in_head = head_end_seen_ < kHeadEnd.size();
  if (!broke_rules_ || close_sent_ || in_head || !sent_.at_boundary()) return 0;
  if (out.size() < kProtocolErrorFrame.size()) return 0;
  std::copy(kProtocolErrorFrame.begin(), kProtocolErrorFrame.end(), out.begin());
  return kProtocolErrorFrame.size();
}

}  // namespace halcyon::signald
