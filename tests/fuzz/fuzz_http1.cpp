#include "session_driver.h"
#include "signald/server/http1_session.h"

using namespace halcyon;
using namespace halcyon::signald;

namespace {

struct AllUpgrades final : UpgradeRules {
  int check(const Request&) const override { return 0; }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ByteReader reader({data, size});
  FuzzHandler handler;
  const TrustedProxies proxies;
  const ConnectionLimits limits;
  const AllUpgrades upgrades;
  const Moment now;
  Http1Session session({handler, proxies, limits, SocketAddress(), true, [] {}}, upgrades, now);
  drive(session, handler, reader, now);
  if (const auto upgrade = session.take_upgrade()) check(upgrade->request.path == "/ws");
  return 0;
}
