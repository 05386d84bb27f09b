#pragma once

#include <string>

#include "common/descriptor/descriptor.h"
#include "common/uv/poll.h"
#include "signald/server/session.h"
#include "signald/ws/frame_gate.h"

namespace halcyon::signald {

/// A connection that has become a WebSocket: carries its bytes to libwebsockets and back through a
/// pair of sockets, since libwebsockets knows no other way in, and watches over the client's
/// frames.
class WebSocketTunnel final : public Session {
 public:
  /// `end` is ours; libwebsockets has the other. `wake` as in SessionContext.
  WebSocketTunnel(uv::Loop& loop, Descriptor end, std::function<void()> wake);

  void receive(std::string_view bytes, Moment now) override;
  void receive_end(Moment now) override;
  std::size_t pull(std::span<char> out, Moment now) override;
  bool wants_input() const override { return !stopped_ && waiting_.empty(); }
  bool finished() const override { return finished_; }
  // libwebsockets keeps the time.
  Timestamp deadline() const override { return Timestamp::never(); }
  void on_time(Moment /*now*/) override {}
  void leave(Moment /*now*/) override {}

 private:
  void forward();
  void stop_input();
  void watch();
  std::size_t pull_last(std::span<char> out);
  void note_sent(std::string_view bytes);

  Descriptor end_;
  std::function<void()> wake_;
  uv::Poll poll_;
  FrameGate gate_;
  FrameWalker sent_;               // where we are among the frames to the client
  std::size_t head_end_seen_ = 0;  // how much of the end of the answer's head has been
  std::string waiting_;            // from the client, not taken by libwebsockets yet
  bool stopped_ = false;           // nothing more goes to libwebsockets
  bool broke_rules_ = false;       // the client did
  bool close_sent_ = false;        // a close frame went to the client
  bool readable_ = true;           // libwebsockets may have sent something
  bool finished_ = false;
};

}  // namespace halcyon::signald
