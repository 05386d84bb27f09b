#include "signald/ws/lws_websocket.h"

#include <libwebsockets.h>

#include <array>
#include <cstring>
#include <utility>
#include <vector>

#include "common/check/check.h"
#include "common/clock/clock.h"
#include "common/log/log.h"
#include "signald/ws/close_reason.h"
#include "signald/ws/message_assembler.h"
#include "signald/ws/send_queue.h"
#include "signald/ws/upgrade_check.h"

namespace halcyon::signald {
namespace {

/// How long the socket of a receiver may take nothing while something waits for it.
constexpr int kStalledWriteSeconds = 10;
/// How long a peer has to answer our close frame. Not to wait at all would let what it is still
/// sending reset the connection, and the close frame could be lost with it.
constexpr int kCloseAnswerSeconds = 2;

/// libwebsockets keeps this one out of its public enumeration, where 4 stays free for it.
constexpr auto kWriteClose = static_cast<lws_write_protocol>(4);

Moment now() { return {monotonic_now(), wall_now()}; }

}  // namespace

struct WebSocketLayer::Socket {
  ConnectionId id;
  lws* wsi = nullptr;
  bool closing = false;        // close() was called: nothing more is queued or read
  bool dropped = false;        // drop() was called
  bool close_sent = false;     // our close frame is out
  bool write_pending = false;  // a stall timeout is running
  std::uint16_t close_code = 0;
  std::string close_reason;
  SendQueue queue;
  MessageAssembler assembler{kMaxClientMessage};
};

WebSocketLayer::WebSocketLayer(GlobalConfigSource& config) : config_(config) {}
WebSocketLayer::~WebSocketLayer() = default;

WebSocketLayer::Socket* WebSocketLayer::find(ConnectionId id) {
  const auto found = sockets_.find(id);
  return found == sockets_.end() ? nullptr : found->second.get();
}

void WebSocketLayer::send_text(ConnectionId id, std::string json) {
  Socket* socket = find(id);
  if (socket == nullptr || socket->closing) return;
  if (!socket->queue.push(std::move(json))) {
    ++dropped_slow_;
    spdlog::info("dropping a connection: {} bytes wait for it", socket->queue.bytes());
    drop(id);
    return;
  }
  if (!socket->write_pending) {
    socket->write_pending = true;
    lws_set_timeout(socket->wsi, PENDING_TIMEOUT_USER_REASON_BASE, kStalledWriteSeconds);
  }
  lws_callback_on_writable(socket->wsi);
}

void WebSocketLayer::close(ConnectionId id, std::uint16_t code, std::string_view reason) {
  Socket* socket = find(id);
  if (socket != nullptr && !socket->closing) begin_close(*socket, code, reason);
}

void WebSocketLayer::begin_close(Socket& socket, std::uint16_t code, std::string_view reason) {
  socket.closing = true;
  socket.close_code = code;
  socket.close_reason = fitting_close_reason(reason);
  if (!socket.write_pending) {
    socket.write_pending = true;
    lws_set_timeout(socket.wsi, PENDING_TIMEOUT_USER_REASON_BASE, kStalledWriteSeconds);
  }
  lws_callback_on_writable(socket.wsi);
}

void WebSocketLayer::drop(ConnectionId id) {
  Socket* socket = find(id);
  if (socket == nullptr) return;
  socket->closing = true;
  socket->dropped = true;
  // From the event loop, never within this call: the caller may be in the middle of something.
  lws_set_timeout(socket->wsi, PENDING_TIMEOUT_USER_REASON_BASE, LWS_TO_KILL_ASYNC);
  // libwebsockets looks at its timeouts only after an event of its own.
  lws_cancel_service_pt(socket->wsi);
}

int WebSocketLayer::check(const Request& request) const {
  const auto current = config_.current();
  if (!current) return check_upgrade(request, {});
  return check_upgrade(request, (*current)->allow_origin,
                       (*current)->public_server ? AnyOrigin::kAllowed : AnyOrigin::kRefused);
}

WebSocketLayer::Socket* WebSocketLayer::established(lws* wsi, const SocketAddress& peer) {
  halcyon::check(endpoint_ != nullptr);
  auto socket = std::make_unique<Socket>();
  socket->id = ConnectionId(next_id_++);
  socket->wsi = wsi;
  Socket* raw = socket.get();
  sockets_.emplace(raw->id, std::move(socket));
  endpoint_->opened(raw->id, peer, now());
  return raw;
}

void WebSocketLayer::received(Socket& socket, std::string_view piece, bool last) {
  if (socket.closing) return;
  switch (socket.assembler.add(piece, last)) {
    case MessageAssembler::Outcome::kMore:
      break;
    case MessageAssembler::Outcome::kComplete:
      endpoint_->message(socket.id, socket.assembler.message(), now());
      break;
    case MessageAssembler::Outcome::kTooBig:
      begin_close(socket, close_code::kTooBig, "");
  }
}

bool WebSocketLayer::writable(Socket& socket) {
  if (socket.dropped) return false;
  if (socket.close_sent) return true;
  if (lws_partial_buffered(socket.wsi) != 0) {
    lws_callback_on_writable(socket.wsi);
    return true;
  }
  if (!socket.queue.empty()) {
    const std::string message = socket.queue.pop();
    std::vector<unsigned char> buffer(LWS_PRE + message.size());
    std::memcpy(buffer.data() + LWS_PRE, message.data(), message.size());
    if (lws_write(socket.wsi, buffer.data() + LWS_PRE, message.size(), LWS_WRITE_TEXT) < 0) {
      return false;
    }
    lws_set_timeout(socket.wsi, PENDING_TIMEOUT_USER_REASON_BASE, kStalledWriteSeconds);
    // Also after the last: only when it is out of our hands the stall timeout ends.
    lws_callback_on_writable(socket.wsi);
    return true;
  }
  if (socket.closing) return write_close_frame(socket);
  // Only our own timeout: libwebsockets' own, while it closes, must stay.
  if (std::exchange(socket.write_pending, false)) {
    lws_set_timeout(socket.wsi, NO_PENDING_TIMEOUT, 0);
  }
  return true;
}

/// Written here rather than by lws_close_reason() and returning -1: on a libuv loop
/// libwebsockets 4.1 then ends the TCP connection before the frame is sent.
bool WebSocketLayer::write_close_frame(Socket& socket) {
  std::array<unsigned char, LWS_PRE + 2 + kMaxCloseReason> buffer;
  unsigned char* payload = buffer.data() + LWS_PRE;
  payload[0] = static_cast<unsigned char>(socket.close_code >> 8);
  payload[1] = static_cast<unsigned char>(socket.close_code & 0xff);
  std::memcpy(payload + 2, socket.close_reason.data(), socket.close_reason.size());
  const std::size_t length = 2 + socket.close_reason.size();
  if (lws_write(socket.wsi, payload, length, kWriteClose) < 0) return false;
  socket.close_sent = true;
  lws_set_timeout(socket.wsi, PENDING_TIMEOUT_USER_REASON_BASE, kCloseAnswerSeconds);
  return true;
}

bool WebSocketLayer::peer_closes(Socket& socket, std::string_view payload) {
  // libwebsockets echoes what it gets, and we must not send what the peer may not.
  return !socket.close_sent && is_valid_close_payload(payload);
}

void WebSocketLayer::closed(Socket* socket) {
  const ConnectionId id = socket->id;
  sockets_.erase(id);
  endpoint_->closed(id, now());
}

}  // namespace halcyon::signald
