#include "signald/server/wrong_scheme.h"

#include "signald/http/error_response.h"
#include "signald/server/http1_session.h"

namespace halcyon::signald {
namespace {

struct WrongScheme final : Handler {
  void handle(const Request& /*request*/, Moment /*now*/, Reply reply) override {
    Response response = text_error(400, "Client sent an HTTP request to an HTTPS server.");
    response.close = true;
    reply(std::move(response));
  }
};

struct NoUpgrades final : UpgradeRules {
  int check(const Request& /*request*/) const override { return 400; }
};

WrongScheme wrong_scheme;
const NoUpgrades no_upgrades;

}  // namespace

std::unique_ptr<Session> wrong_scheme_session(SessionContext context, Moment now) {
  return std::make_unique<Http1Session>(
      SessionContext{wrong_scheme, context.proxies, context.limits, context.peer, false,
                     std::move(context.wake)},
      no_upgrades, now);
}

}  // namespace halcyon::signald
