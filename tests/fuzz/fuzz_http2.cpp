#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "common/bytes/byte_reader.h"
#include "common/check/check.h"
#include "signald/server/http2_session.h"

using namespace halcyon;
using namespace halcyon::signald;

namespace {

constexpr std::string_view kPrefaceAndSettings("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0", 33);

/// Every second answer comes late, every fourth never.
class FuzzHandler final : public Handler {
 public:
  std::size_t body_limit(const Request& request) const override { return request.path.size(); }
  void handle(const Request& request, Moment, Reply reply) override {
    check(request.body.size() <= request.path.size());
    check(!request.headers.get("host").empty());
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

}  // namespace

// The input's first byte says whether the client's preface and SETTINGS are put in front (even) or
// part of the input; then come pieces of the client's bytes, each behind a length of two bytes. An
// empty piece lets time pass to the next deadline.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ByteReader reader({data, size});
  FuzzHandler handler;
  const TrustedProxies proxies;
  const ConnectionLimits limits;
  Moment now;
  Http2Session session({handler, proxies, limits, SocketAddress(), true, [] {}}, now);
  std::array<char, 999> out{};
  const auto drain = [&] {
    while (const std::size_t length = session.pull(out, now)) check(length <= out.size());
  };
  drain();
  if (reader.u8() % 2 == 0) session.receive(kPrefaceAndSettings, now);
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
  return 0;
}
