#include "mediad/engine/rtp_demuxer.h"

#include <algorithm>
#include <string_view>

namespace halcyon::mediad {
namespace {

std::string_view text(std::span<const std::uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

void RtpDemuxer::add(Publication& publication) {
  publications_.push_back(&publication);
  unknown_count_ = 0;
}

void RtpDemuxer::remove(const Publication& publication) {
  std::erase(publications_, &publication);
  std::erase_if(bound_, [&](const auto& entry) { return entry.second == &publication; });
}

void RtpDemuxer::set_extensions(ExtensionIds ids) {
  if (ids == ids_) return;
  ids_ = ids;
  unknown_count_ = 0;
}

Publication* RtpDemuxer::find(const RtpPacketView& packet) {
  if (const auto it = bound_.find(packet.ssrc()); it != bound_.end()) return it->second;
  for (Publication* p : publications_) {
    const auto& declared = p->config.ssrcs;
    if (std::find(declared.begin(), declared.end(), packet.ssrc()) == declared.end()) continue;
    if (is_bound(*p)) continue;
    bound_[packet.ssrc()] = p;
    return p;
  }
  if (!worth_examining(packet)) return nullptr;
  bool named = false;
  Publication* found = by_extensions(packet, named);
  if (found == nullptr && !named) found = by_payload_type(packet.payload_type());
  // A track follows one numbering from its first packet to its last: a second SSRC of the same name
  // is not it.
  if (found == nullptr || is_bound(*found) || found->codec_of(packet.payload_type()) == nullptr) {
    return nullptr;
  }
  bound_[packet.ssrc()] = found;
  return found;
}

Publication* RtpDemuxer::by_ssrc(Ssrc ssrc) const {
  const auto it = bound_.find(ssrc);
  return it == bound_.end() ? nullptr : it->second;
}

bool RtpDemuxer::worth_examining(const RtpPacketView& packet) {
  for (std::size_t i = 0; i < unknown_count_; ++i) {
    if (unknown_[i].ssrc != packet.ssrc()) continue;
    if (unknown_[i].packets >= kMaxPacketsOfUnknownSsrc) return false;
    if (!packet.payload().empty()) ++unknown_[i].packets;
    return true;
  }
  if (unknown_count_ == kMaxUnknownSsrcs) return false;
  unknown_[unknown_count_++] = {packet.ssrc(), packet.payload().empty() ? 0u : 1u};
  return true;
}

Publication* RtpDemuxer::by_extensions(const RtpPacketView& packet, bool& named) const {
  const auto mid = text(packet.extension(ids_.mid));
  const auto rid = text(packet.extension(ids_.rid));
  named = !mid.empty() || !rid.empty() || !packet.extension(ids_.repaired_rid).empty();
  if (mid.empty() && rid.empty()) return nullptr;
  Publication* found = nullptr;
  for (Publication* p : publications_) {
    if (!mid.empty() && p->config.mid != mid) continue;
    if (p->config.rid != rid) continue;
    if (p->codec_of(packet.payload_type()) == nullptr) continue;
    if (found != nullptr) return nullptr;
    found = p;
  }
  return found;
}

Publication* RtpDemuxer::by_payload_type(std::uint8_t payload_type) const {
  Publication* found = nullptr;
  for (Publication* p : publications_) {
    if (!p->config.rid.empty() || is_bound(*p) || p->codec_of(payload_type) == nullptr) continue;
    if (found != nullptr) return nullptr;
    found = p;
  }
  return found;
}

bool RtpDemuxer::is_bound(const Publication& publication) const {
  return std::any_of(bound_.begin(), bound_.end(),
                     [&](const auto& entry) { return entry.second == &publication; });
}

}  // namespace halcyon::mediad
