#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "common/bytes/byte_reader.h"
#include "common/check/check.h"
#include "signald/server/session.h"

namespace halcyon::signald {

/// Every fourth answer comes late, every fourth never.
class FuzzHandler final : public Handler {
 public:
  std::size_t body_limit(const Request& request) const override { return request.path.size(); }
  void handle(const Request& request, Moment, Reply reply) override {
    check(request.body.size() <= request.path.size());
    Response response;
    response.headers.add("location", request.path);
    response.body.emplace_back(std::string(request.query.size() * 1000, 'x'));
    switch (count_++ % 4) {
      case 0:
      case 1:
        return reply(std::move(response));
      case 2:
        late.emplace_back(std::move(reply), std::move(response));
        return;
      default:
        return;
    }
  }
  std::vector<std::pair<Reply, Response>> late;

 private:
  int count_ = 0;
};

/// Gives a session pieces of a client's bytes, each behind a length of two bytes. An empty piece
/// lets time pass to the next deadline.
inline void drive(Session& session, FuzzHandler& handler, ByteReader& reader, Moment now) {
  std::array<char, 999> out{};
  const auto drain = [&] {
    while (const std::size_t length = session.pull(out, now)) check(length <= out.size());
  };
  drain();
  while (reader.remaining() > 0 && !session.finished()) {
    const std::size_t length = reader.u16();
    const auto piece = reader.bytes(std::min(length, reader.remaining()));
    if (piece.empty()) {
      const Timestamp due = session.deadline();
      if (due.is_never()) break;
      now.now = std::max(now.now, due);
      session.on_time(now);
    } else if (session.wants_input()) {
      session.receive({reinterpret_cast<const char*>(piece.data()), piece.size()}, now);
    }
    drain();
    for (auto& [reply, response] : std::exchange(handler.late, {})) reply(std::move(response));
    drain();
  }
  session.receive_end(now);
  drain();
}

}  // namespace halcyon::signald
