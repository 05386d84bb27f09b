#include "mediad/rtcp/compound.h"

namespace halcyon::mediad {

template <class Packet>
std::optional<RtcpPacket> RtcpCompoundReader::parse_as(const RtcpHeader& header) {
  const auto packet = Packet::parse(header);
  if (packet) return *packet;
  ++malformed_;
  return std::nullopt;
}

std::optional<RtcpPacket> RtcpCompoundReader::parse(const RtcpHeader& header) {
  switch (static_cast<RtcpType>(header.type)) {
    case RtcpType::kSenderReport:
      return parse_as<SenderReport>(header);
    case RtcpType::kReceiverReport:
      return parse_as<ReceiverReport>(header);
    case RtcpType::kSdes:
      return parse_as<Sdes>(header);
    case RtcpType::kBye:
      return parse_as<Bye>(header);
    case RtcpType::kTransportFeedback:
      if (header.count == kFmtNack) return parse_as<Nack>(header);
      if (header.count == kFmtTransportWide) {
        ++transport_wide_;
        return std::nullopt;
      }
      break;
    case RtcpType::kPayloadFeedback:
      if (header.count == kFmtPli) return parse_as<Pli>(header);
      if (header.count == kFmtFir) return parse_as<Fir>(header);
      if (header.count == kFmtApplicationLayer) return parse_as<Remb>(header);
      break;
  }
  ++unknown_;
  return std::nullopt;
}

std::optional<RtcpPacket> RtcpCompoundReader::next() {
  while (!rest_.empty()) {
    const auto header = RtcpHeader::parse(rest_);
    if (!header) {
      ++malformed_;
      rest_ = {};
      return std::nullopt;
    }
    rest_ = rest_.subspan(header->size);
    if (auto packet = parse(*header)) return packet;
  }
  return std::nullopt;
}

}  // namespace halcyon::mediad
