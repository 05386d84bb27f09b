#include "signald/workers/worker_connection.h"

#include "common/clock/clock.h"
#include "common/net/socket_address.h"
#include "signald/stream/ipc_commands.h"

namespace halcyon::signald {
namespace {

constexpr std::size_t kMaxNameSize = 64;
constexpr int kMaxCandidates = 64;
constexpr std::size_t kSha256Size = 32;

bool is_endpoint(const ipc::Endpoint& endpoint) {
  return endpoint.port() > 0 && endpoint.port() <= 65535 &&
         SocketAddress::parse(endpoint.address(), static_cast<std::uint16_t>(endpoint.port()))
             .has_value();
}

bool is_name(const std::string& name) {
  if (name.empty() || name.size() > kMaxNameSize) return false;
  for (const char c : name) {
    if (c <= ' ' || c > '~') return false;
  }
  return true;
}

}  // namespace

std::optional<std::string> hello_fault(const ipc::Hello& hello) {
  if (hello.protocol_version() != kIpcProtocolVersion) {
    return "it speaks version " + std::to_string(hello.protocol_version()) +
           " of the protocol and signald version " + std::to_string(kIpcProtocolVersion) +
           "; install the same release of both";
  }
  if (!is_name(hello.worker_name())) return "its name is empty, too long or not plain text";
  if (hello.worker_instance() == 0) return "it gives no instance number";
  if (hello.fingerprint().algorithm() != "sha-256" ||
      hello.fingerprint().digest().size() != kSha256Size) {
    return "its certificate fingerprint is not SHA-256";
  }
  if (hello.candidates().empty() || hello.candidates_size() > kMaxCandidates) {
    return "it has no address that clients could reach, or too many";
  }
  for (const ipc::HostCandidate& candidate : hello.candidates()) {
    if (!is_endpoint(candidate.endpoint())) return "one of its addresses is not numeric";
  }
  if (!is_endpoint(hello.relay())) return "its relay address is not numeric";
  return std::nullopt;
}

WorkerConnection::WorkerConnection(std::unique_ptr<uv::UnixStream> stream, Timestamp now,
                                   Callbacks callbacks)
    : callbacks_(std::move(callbacks)),
      last_heard_(now),
      ipc_(std::move(stream), {[this](std::string_view frame) { on_frame(frame); },
                               [this](std::string reason) { on_closed(std::move(reason)); }}) {}

void WorkerConnection::send(const ipc::SignalToMedia& message) {
  if (!ended_) ipc_.send(message.SerializeAsString());
}

void WorkerConnection::end(const std::string& reason) {
  if (ended_) return;
  own_reason_ = reason;
  ipc_.misbehaved(reason);
}

void WorkerConnection::on_frame(std::string_view frame) {
  if (ended_) return;
  last_heard_ = monotonic_now();
  ipc::MediaToSignal message;
  if (!message.ParseFromArray(frame.data(), static_cast<int>(frame.size()))) {
    return end("a message that cannot be read");
  }
  if (hello.has_value() == message.has_hello()) {
    return end(hello ? "a second Hello" : "a message before Hello");
  }
  callbacks_.on_message(message);
}

void WorkerConnection::on_closed(std::string reason) {
  ended_ = own_reason_.empty() ? std::move(reason) : own_reason_;
  callbacks_.on_ended();
}

}  // namespace halcyon::signald
