#include <cstddef>
#include <cstdint>
#include <string_view>

#include "common/check/check.h"
#include "signald/sdp/sdp_parser.h"
#include "signald/sdp/sdp_writer.h"
#include "signald/stream/up_negotiation.h"

using namespace halcyon::signald;

/// Whatever is read can be written and read again, and answering it gives a description that can be
/// read.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto description = sdp::parse_session_description(text);
  if (!description) return 0;
  const auto again = sdp::parse_session_description(sdp::write_session_description(*description));
  // The writer puts blanks and names in order, which may take a text over its bounds.
  if (again) halcyon::check(again->sections.size() == description->sections.size());

  UpNegotiation negotiation(registered_codecs({"vp8", "vp9", "av1", "h264", "opus", "pcmu"}), 1);
  if (!negotiation.take_offer(*description)) return 0;
  LocalTransport local;
  local.ice = {"ufrag", "password"};
  local.fingerprint = {"sha-256", {1, 2, 3}};
  const std::string answer = negotiation.answer(local);
  if (answer.size() <= sdp::kMaxDescriptionSize) {
    halcyon::check(sdp::parse_session_description(answer).has_value());
  }
  return 0;
}
