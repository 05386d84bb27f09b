#pragma once

#include <optional>

#include "common/units/moment.h"
#include "signald/ice/ice_server.h"

namespace halcyon::signald {

/// A TURN server of our own, offered beside those of data/ice-servers.json.
class TurnService {
 public:
  virtual ~TurnService() = default;
  /// At each refresh of the configuration: whether data/ice-servers.json is there. In mode auto
  /// that decides whether the server runs.
  virtual void file_is_present(bool present, Moment now) = 0;
  /// With credentials that stay the same for a few minutes. None while the server does not run.
  virtual std::optional<IceServer> ice_server(Moment now) = 0;
};

}  // namespace halcyon::signald
