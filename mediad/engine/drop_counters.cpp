#include "mediad/engine/drop_counters.h"

namespace halcyon::mediad {
namespace {

constexpr std::array<std::string_view, static_cast<std::size_t>(Drop::kCount)> kNames = {
    "not-multiplexed",   "unknown-peer",        "stun-invalid",        "stun-not-a-request",
    "stun-unauthorised", "stun-unknown-ufrag",  "dtls-held",           "dtls-unexpected",
    "dtls-queue-full",   "srtp-without-keys",   "srtp-authentication", "srtp-replay",
    "srtp-ssrcs",        "srtp-malformed",      "srtp-protection",     "rtp-malformed",
    "rtp-unknown-ssrc",  "rtp-payload-type",    "rtp-duplicate",       "rtp-too-old",
    "rtp-too-large",     "rtcp-malformed",      "nack-beyond-limit",   "relay-malformed",
    "relay-unknown",     "relay-track",         "datagram-too-large",  "socket-full",
    "socket-error",      "tcp-connection-gone", "tcp-queue-full",
};
static_assert(!kNames.back().empty(), "one name for each reason");

}  // namespace

std::string_view drop_name(Drop drop) { return kNames[static_cast<std::size_t>(drop)]; }

}  // namespace halcyon::mediad
