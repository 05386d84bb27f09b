#include "common/ipc/ipc_connection.h"

namespace halcyon {

IpcConnection::IpcConnection(std::unique_ptr<uv::UnixStream> stream, Callbacks callbacks)
    : callbacks_(std::move(callbacks)), stream_(std::move(stream)) {
  stream_->start({.on_data = [this](std::span<const std::uint8_t> bytes) { on_data(bytes); },
                  .on_closed = [this](std::string reason) { end(std::move(reason)); }});
}

void IpcConnection::send(std::string_view message) {
  if (!stream_) return;
  if (message.size() > kMaxIpcFrame) {
    end("message of " + std::to_string(message.size()) + " bytes is longer than a frame may be");
    return;
  }
  if (stream_->queued_bytes() + message.size() > kMaxIpcQueue) {
    end("more than " + std::to_string(kMaxIpcQueue) + " bytes wait to be written");
    return;
  }
  stream_->write(encode_frame(message));
}

void IpcConnection::misbehaved(const std::string& reason) { end("protocol broken: " + reason); }

void IpcConnection::on_data(std::span<const std::uint8_t> bytes) {
  reader_.append(bytes);
  const auto alive = alive_;
  while (true) {
    const auto frame = reader_.next();
    if (!frame) {
      end("frame longer than " + std::to_string(kMaxIpcFrame) + " bytes");
      return;
    }
    if (!frame->has_value()) return;
    callbacks_.on_message(**frame);
    if (!*alive || !stream_) return;
  }
}

void IpcConnection::end(std::string reason) {
  stream_.reset();
  const auto on_closed = std::move(callbacks_.on_closed);
  callbacks_.on_closed = nullptr;
  if (on_closed) on_closed(std::move(reason));
}

}  // namespace halcyon
