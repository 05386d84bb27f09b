#include "mediad/net/ipc_client.h"

#include <algorithm>
#include <utility>

namespace halcyon::mediad {

IpcClient::IpcClient(uv::Loop& loop, std::string path, Callbacks callbacks)
    : loop_(loop),
      path_(std::move(path)),
      callbacks_(std::move(callbacks)),
      reconnect_(loop, [this] { connect(); }) {}

IpcClient::~IpcClient() { *alive_ = false; }

void IpcClient::connect() {
  uv::UnixStream::connect(loop_, path_, [this, alive = alive_](auto stream) {
    if (!*alive || stopped_) return;
    if (stream) {
      on_connected(std::move(*stream));
      return;
    }
    connect_later();
    callbacks_.on_unreachable(stream.error().message);
  });
}

void IpcClient::stop() {
  stopped_ = true;
  reconnect_.stop();
}

void IpcClient::on_connected(std::unique_ptr<uv::UnixStream> stream) {
  connection_ = std::make_unique<IpcConnection>(
      std::move(stream),
      IpcConnection::Callbacks{
          .on_message = [this](std::string_view message) { on_message(message); },
          .on_closed =
              [this](const std::string& reason) {
                connection_.reset();
                connect_later();
                callbacks_.on_lost(reason);
              },
      });
  ipc::MediaToSignal hello;
  *hello.mutable_hello() = callbacks_.make_hello();
  send(hello);
}

void IpcClient::on_message(std::string_view message) {
  ipc::SignalToMedia command;
  if (!command.ParseFromArray(message.data(), static_cast<int>(message.size()))) {
    connection_->misbehaved("a message that is no command");
    return;
  }
  if (command.has_welcome()) pause_ = kFirstReconnect;
  callbacks_.on_command(command);
}

void IpcClient::send(const ipc::MediaToSignal& event) {
  if (connection_) connection_->send(event.SerializeAsString());
}

void IpcClient::connect_later() {
  if (stopped_) return;
  reconnect_.start_once(pause_);
  pause_ = std::min(pause_ * 2, kLastReconnect);
}

}  // namespace halcyon::mediad
