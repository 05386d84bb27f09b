#pragma once

#include <memory>

#include "signald/server/session.h"

namespace halcyon::signald {

/// One HTTP/2 connection, server side (RFC 9113), over nghttp2. WebSocket over HTTP/2 (RFC 8441) is
/// not offered: clients open an HTTP/1.1 connection for it.
class Http2Session final : public Session {
 public:
  Http2Session(SessionContext context, Moment now);
  ~Http2Session() override;

  void receive(std::string_view bytes, Moment now) override;
  void receive_end(Moment now) override;
  std::size_t pull(std::span<char> out, Moment now) override;
  bool wants_input() const override;
  bool finished() const override;
  Timestamp deadline() const override;
  void on_time(Moment now) override;
  void leave(Moment now) override;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace halcyon::signald
