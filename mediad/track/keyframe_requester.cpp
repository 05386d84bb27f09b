#include "mediad/track/keyframe_requester.h"

namespace halcyon::mediad {

void KeyframeRequester::request() {
  wanted_ = true;
  tries_ = 0;
}

void KeyframeRequester::handle_keyframe() { wanted_ = false; }

bool KeyframeRequester::poll(Timestamp now) {
  if (now < next_deadline()) return false;
  ++tries_;
  last_sent_ = now;
  return true;
}

Timestamp KeyframeRequester::next_deadline() const {
  if (!wanted_) return Timestamp::never();
  if (!last_sent_) return Timestamp{};
  return *last_sent_ + (tries_ < kEagerTries ? kMinInterval : kPatientInterval);
}

}  // namespace halcyon::mediad
