#include <cstddef>
#include <cstdint>
#include <string_view>

#include "common/check/check.h"
#include "signald/sdp/sdp_parser.h"
#include "signald/whip/ice_fragment.h"

using namespace halcyon;
using namespace halcyon::signald;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto ice = parse_ice_fragment(text);
  if (ice && ice->complete()) {
    // What a publisher sends is written into an offer: it must be the same credentials there.
    sdp::SessionDescription offer;
    offer.ice = {"before", "beforeBefore"};
    const auto again = parse_ice_fragment(write_ice_fragment(restarted(offer, *ice)));
    check(again && *again == *ice);
  }
  const auto description = sdp::parse_session_description(text);
  if (description && ice_credentials(*description).complete()) {
    const auto fragment = parse_ice_fragment(write_ice_fragment(*description));
    check(!fragment || *fragment == ice_credentials(*description));
  }
  return 0;
}
