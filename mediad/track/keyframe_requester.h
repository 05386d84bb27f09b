#pragma once

#include <optional>

#include "common/units/time.h"

namespace halcyon::mediad {

/// Decides when to ask a sender for a keyframe (PLI, RFC 4585 6.3.1). However many receivers want
/// one, requests are at least kMinInterval apart, and they are repeated until a keyframe comes,
/// even when no media flows. A sender that does not react is asked less often after kEagerTries.
class KeyframeRequester {
 public:
  static constexpr TimeDelta kMinInterval = TimeDelta::millis(500);
  static constexpr TimeDelta kPatientInterval = TimeDelta::seconds(5);
  static constexpr unsigned kEagerTries = 10;

  /// Somebody needs a keyframe.
  void request();
  /// A keyframe has begun. A packet of which that is not known must not count.
  void handle_keyframe();

  /// True when a request is to be sent now; it then counts as sent.
  bool poll(Timestamp now);
  Timestamp next_deadline() const;

 private:
  bool wanted_ = false;
  unsigned tries_ = 0;  // since the last keyframe or the last request()
  std::optional<Timestamp> last_sent_;
};

}  // namespace halcyon::mediad
