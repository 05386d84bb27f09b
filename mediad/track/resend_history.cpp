#include "mediad/track/resend_history.h"

#include <algorithm>

namespace halcyon::mediad {
namespace {

/// An entry older than this is of the sequence number's previous cycle.
constexpr TimeDelta kForget = TimeDelta::seconds(5);

}  // namespace

bool ResendHistory::may_resend(std::uint16_t sequence_number, TimeDelta round_trip, Timestamp now) {
  if (!resends_) resends_ = std::make_unique<std::array<Resend, kPackets>>();
  Resend& resend = (*resends_)[sequence_number % kPackets];
  const bool known =
      resend.count > 0 && resend.sequence_number == sequence_number && now - resend.last < kForget;
  if (!known) {
    resend = {now, sequence_number, 1};
    return true;
  }
  const TimeDelta interval = round_trip == TimeDelta::zero()
                                 ? kDefaultInterval
                                 : std::clamp(round_trip, kMinInterval, kMaxInterval);
  if (resend.count >= kMaxResends || now - resend.last < interval) return false;
  resend.last = now;
  ++resend.count;
  return true;
}

}  // namespace halcyon::mediad
