#include "mediad/track/round_trip_estimator.h"

#include <algorithm>

#include "mediad/rtcp/ntp.h"

namespace halcyon::mediad {

void RoundTripEstimator::handle_sent_report(std::uint64_t ntp) {
  sent_[next_] = ntp;
  next_ = (next_ + 1) % kReports;
}

void RoundTripEstimator::handle_report_block(const ReportBlock& block, std::uint64_t ntp_now) {
  if (block.last_sr == 0) return;  // the receiver has no report yet
  const auto sent = std::find_if(sent_.begin(), sent_.end(), [&](std::uint64_t ntp) {
    return ntp != 0 && ntp_middle(ntp) == block.last_sr;
  });
  if (sent == sent_.end()) return;
  const TimeDelta age = ntp_difference(ntp_now, *sent);
  const TimeDelta sample = age - span_from_ntp_middle(block.delay_since_last_sr);
  if (age > kMaxReportAge || sample < TimeDelta::zero()) return;
  round_trip_ = round_trip_ ? (*round_trip_ * 3 + sample) / 4 : sample;
}

}  // namespace halcyon::mediad
