#pragma once

#include "common/units/moment.h"
#include "signald/json/json_value.h"

namespace halcyon::signald {

/// What clients pass to RTCPeerConnection: ICE servers and, in relay-only mode, the transport
/// policy.
class RtcConfigurationSource {
 public:
  virtual ~RtcConfigurationSource() = default;
  /// With credentials valid for a day or so from now; an empty object when there are no ICE
  /// servers.
  virtual JsonObject rtc_configuration(Moment now) = 0;
};

/// For servers without STUN and TURN.
class NoIceServers final : public RtcConfigurationSource {
 public:
  JsonObject rtc_configuration(Moment /*now*/) override { return {}; }
};

}  // namespace halcyon::signald
