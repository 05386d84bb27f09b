#include "mediad/bwe/loss_based_estimator.h"

#include <doctest/doctest.h>

using namespace halcyon;
using namespace halcyon::mediad;

namespace {

// The origin of the clock, where a zero time stamp would look recent.
constexpr Timestamp kStart{};
constexpr std::uint64_t kInitial = LossBasedEstimator::kInitialBitrate;

}  // namespace

TEST_CASE("a path without reports has the initial rate, from the first moment on") {
  LossBasedEstimator estimator;
  CHECK(estimator.bitrate(kStart) == kInitial);
  CHECK(estimator.bitrate(kStart + TimeDelta::seconds(100)) == kInitial);
}

TEST_CASE("without loss a used path grows by five percent") {
  LossBasedEstimator estimator;
  estimator.handle_report(4, kInitial * 3 / 4, kStart);
  CHECK(estimator.bitrate(kStart) == kInitial * 269 / 256);
}

TEST_CASE("a path of which little is used stays as it is") {
  LossBasedEstimator estimator;
  estimator.handle_report(0, kInitial * 3 / 4 - 1, kStart);
  CHECK(estimator.bitrate(kStart) == kInitial);
}

TEST_CASE("a path that carried more than the estimate can take as much") {
  LossBasedEstimator estimator;
  estimator.handle_report(0, 2'000'000, kStart);
  CHECK(estimator.bitrate(kStart) == 2'000'000);
}

TEST_CASE("moderate loss changes nothing, heavy loss takes half of itself") {
  LossBasedEstimator estimator;
  estimator.handle_report(5, kInitial, kStart);
  estimator.handle_report(25, kInitial, kStart);
  CHECK(estimator.bitrate(kStart) == kInitial);
  estimator.handle_report(26, kInitial, kStart);
  CHECK(estimator.bitrate(kStart) == kInitial * (512 - 26) / 512);
}

TEST_CASE("the estimate keeps its bounds") {
  LossBasedEstimator estimator;
  for (int i = 0; i < 100; ++i) estimator.handle_report(255, kInitial, kStart);
  CHECK(estimator.bitrate(kStart) == LossBasedEstimator::kMinBitrate);
  for (int i = 0; i < 10; ++i) estimator.handle_report(0, 1ull << 40, kStart);
  CHECK(estimator.bitrate(kStart) == LossBasedEstimator::kMaxBitrate);
}

TEST_CASE("an estimate is forgotten after 30 seconds") {
  LossBasedEstimator estimator;
  estimator.handle_report(128, kInitial, kStart);
  const std::uint64_t lowered = kInitial * 384 / 512;
  CHECK(estimator.bitrate(kStart + TimeDelta::seconds(30)) == lowered);
  CHECK(estimator.bitrate(kStart + TimeDelta::seconds(31)) == kInitial);
  estimator.handle_report(128, kInitial, kStart + TimeDelta::seconds(31));
  CHECK(estimator.bitrate(kStart + TimeDelta::seconds(31)) == lowered);
}
