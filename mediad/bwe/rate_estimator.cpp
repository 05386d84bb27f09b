#include "mediad/bwe/rate_estimator.h"

namespace halcyon::mediad {

void RateEstimator::add(std::size_t bytes, Timestamp now) {
  if (now - interval_start_ >= kInterval) {
    last_ = rate(now);
    interval_start_ = now;
    interval_bytes_ = 0;
    interval_packets_ = 0;
  }
  interval_bytes_ += bytes;
  ++interval_packets_;
  total_bytes_ += bytes;
  ++total_packets_;
}

RateEstimator::Rate RateEstimator::rate(Timestamp now) const {
  const TimeDelta elapsed = now - interval_start_;
  if (elapsed < kInterval) return last_.value_or(Rate{});
  const auto us = static_cast<std::uint64_t>(elapsed.us());
  return {interval_bytes_ * 8 * 1'000'000 / us,
          static_cast<std::uint32_t>(interval_packets_ * 1'000'000 / us)};
}

}  // namespace halcyon::mediad
