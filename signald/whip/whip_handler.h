#pragma once

#include "signald/config/global_config.h"
#include "signald/groups/group_directory.h"
#include "signald/http/file_root.h"
#include "signald/http/group_url.h"
#include "signald/http/handler.h"
#include "signald/ice/ice_configuration.h"
#include "signald/whip/whip_publishers.h"

namespace halcyon::signald {

/// An offer or a fragment; those of browsers have a few KiB (http.md 4.1).
inline constexpr std::size_t kMaxWhipBody = 1u << 20;

/// WHIP (RFC 9725) as HTTP: the endpoint /group/NAME/.whip and the resources below it (http.md 10).
class WhipHandler final : public Handler {
 public:
  /// All borrowed; all must outlive the handler, and it the replies under way.
  struct Parts {
    WhipPublishers& publishers;
    GroupDirectory& groups;
    GlobalConfigSource& config;
    IceConfiguration& ice_servers;
    const FileRoot& static_root;
  };
  explicit WhipHandler(const Parts& parts) : parts_(parts) {}

  std::size_t body_limit(const Request& head) const override;
  void handle(const Request& request, Moment now, Reply reply) override;

 private:
  Headers cors_headers(const Request& request);
  void endpoint(const Request& request, const GroupUrl& url, Moment now, const Reply& reply);
  Response endpoint_options(Moment now);
  void publish(const Request& request, const GroupUrl& url, Moment now, const Reply& reply);
  Response created(const WhipPublishers::Published& published, Moment now);
  Response resource(const Request& request, const WhipSession& session, Moment now);
  Response patch(const Request& request, const WhipSession& session);
  Response refusal(const WhipRefusal& refusal) const;

  Parts parts_;
};

}  // namespace halcyon::signald
