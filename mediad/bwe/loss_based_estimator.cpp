#include "mediad/bwe/loss_based_estimator.h"

#include <algorithm>

namespace halcyon::mediad {
namespace {

constexpr std::uint8_t kLowLoss = 5;    // just under 2 %
constexpr std::uint8_t kHighLoss = 25;  // just under 10 %

}  // namespace

void LossBasedEstimator::handle_report(std::uint8_t fraction_lost, std::uint64_t measured,
                                       Timestamp now) {
  std::uint64_t next = bitrate(now);
  if (fraction_lost < kLowLoss) {
    // A path of which little is used says nothing about more than that; one that carried more than
    // the estimate has shown that it can.
    if (measured >= next / 4 * 3) next = std::max(next * 269 / 256, measured);
  } else if (fraction_lost > kHighLoss) {
    next = next * (512u - fraction_lost) / 512;
  }
  bitrate_ = std::clamp(next, kMinBitrate, kMaxBitrate);
  updated_ = now;
}

}  // namespace halcyon::mediad
