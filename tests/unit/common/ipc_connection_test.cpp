#include "common/ipc/ipc_connection.h"

#include <doctest/doctest.h>
#include <stdlib.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "common/uv/timer.h"

using namespace halcyon;

namespace {

/// Both ends of a channel on one loop, with a limit on how long a test may take.
struct Channel {
  Channel() {
    char name[] = "/tmp/halcyon-ipc-XXXXXX";
    folder = mkdtemp(name);
    path = folder + "/socket";
    auto made = uv::UnixListener::listen(loop, path, 0600, [this](auto stream) {
      server = std::make_unique<IpcConnection>(
          std::move(stream), IpcConnection::Callbacks{[this](std::string_view m) { server_got(m); },
                                                      [this](const std::string& reason) {
                                                        server_closed = reason;
                                                        loop.stop();
                                                      }});
    });
    REQUIRE(made.has_value());
    listener = std::move(*made);
    uv::UnixStream::connect(loop, path, [this](auto stream) {
      if (!stream) return;  // the test that never runs the loop has closed the listener by now
      client = std::make_unique<IpcConnection>(
          std::move(*stream),
          IpcConnection::Callbacks{[this](std::string_view m) { client_got.emplace_back(m); },
                                   [this](const std::string& reason) {
                                     client_closed = reason;
                                     loop.stop();
                                   }});
      if (on_connected) on_connected();
    });
    limit.start_once(TimeDelta::seconds(10));
  }
  ~Channel() {
    client.reset();
    server.reset();
    listener.reset();
    rmdir(folder.c_str());
  }
  void server_got(std::string_view m) {
    received.emplace_back(m);
    if (received.size() == expected) loop.stop();
  }

  uv::Loop loop;
  uv::Timer limit{loop, [this] { loop.stop(); }};
  std::string folder, path;
  std::unique_ptr<uv::UnixListener> listener;
  std::unique_ptr<IpcConnection> server, client;
  std::function<void()> on_connected;
  std::vector<std::string> received, client_got;
  std::size_t expected = 1;
  std::string server_closed, client_closed;
};

}  // namespace

TEST_CASE("messages cross the channel whole and in order") {
  Channel channel;
  channel.expected = 3;
  channel.on_connected = [&] {
    channel.client->send("first");
    channel.client->send(std::string(300'000, 'x'));
    channel.client->send("last");
  };
  channel.loop.run();
  REQUIRE(channel.received.size() == 3);
  CHECK(channel.received[0] == "first");
  CHECK(channel.received[1].size() == 300'000);
  CHECK(channel.received[2] == "last");
}

TEST_CASE("a peer that goes away ends the connection with a reason") {
  Channel channel;
  channel.on_connected = [&] { channel.client.reset(); };
  channel.loop.run();
  CHECK(channel.server_closed == "closed by the other side");
}

TEST_CASE("a message longer than a frame ends the connection instead of vanishing") {
  Channel channel;
  channel.on_connected = [&] { channel.client->send(std::string(kMaxIpcFrame + 1, 'x')); };
  channel.loop.run();
  CHECK(channel.client_closed.find("longer than a frame") != std::string::npos);
}

TEST_CASE("a second listener on a path that is in use is refused") {
  Channel channel;
  const auto second = uv::UnixListener::listen(channel.loop, channel.path, 0600, [](auto) {});
  REQUIRE_FALSE(second.has_value());
  CHECK(second.error().message.find("another process is listening") != std::string::npos);
}
