#include "session_driver.h"
#include "signald/server/http2_session.h"

using namespace halcyon;
using namespace halcyon::signald;

// The input's first byte says whether the client's preface and SETTINGS are put in front (even) or
// part of the input.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::string_view kPrefaceAndSettings(
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0", 33);
  ByteReader reader({data, size});
  FuzzHandler handler;
  const TrustedProxies proxies;
  const ConnectionLimits limits;
  const Moment now;
  Http2Session session({handler, proxies, limits, SocketAddress(), true, [] {}}, now);
  if (reader.u8() % 2 == 0) session.receive(kPrefaceAndSettings, now);
  drive(session, handler, reader, now);
  return 0;
}
