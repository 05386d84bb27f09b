#include "mediad/codec/h264.h"

#include <doctest/doctest.h>

#include <vector>

using namespace halcyon::mediad;
using Bytes = std::vector<std::uint8_t>;

TEST_CASE("H.264 keyframes begin with an SPS or an IDR slice") {
  struct Case {
    const char* name;
    Bytes payload;
    Keyframe expected;
  };
  const Case cases[] = {
      {"SPS", {0x67, 0x42, 0xe0}, Keyframe::kYes},
      {"PPS", {0x68, 0xce}, Keyframe::kNo},
      {"IDR slice", {0x65, 0x88}, Keyframe::kYes},
      {"other slice", {0x41, 0x9a}, Keyframe::kNo},
      {"SEI", {0x06, 0x05}, Keyframe::kNo},
      // SPS and PPS together, as Chrome and Firefox send them.
      {"STAP-A with SPS", {0x78, 0x00, 0x02, 0x67, 0x42, 0x00, 0x02, 0x68, 0xce}, Keyframe::kYes},
      {"STAP-A with SPS last", {0x78, 0x00, 0x01, 0x09, 0x00, 0x02, 0x67, 0x42}, Keyframe::kYes},
      {"STAP-A with slices", {0x78, 0x00, 0x02, 0x41, 0x00, 0x00, 0x01, 0x41}, Keyframe::kNo},
      {"STAP-B with SPS", {0x79, 0x00, 0x05, 0x00, 0x02, 0x67, 0x42}, Keyframe::kYes},
      {"MTAP16 with IDR", {0x7a, 0x00, 0x05, 0x00, 0x01, 0x00, 0x00, 0x01, 0x65}, Keyframe::kYes},
      {"MTAP24 with slice",
       {0x7b, 0x00, 0x05, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x41},
       Keyframe::kNo},
      {"FU-A start of IDR", {0x7c, 0x85, 0x88}, Keyframe::kYes},
      {"FU-A start of slice", {0x7c, 0x81, 0x9a}, Keyframe::kNo},
      {"FU-A middle of IDR", {0x7c, 0x05, 0x88}, Keyframe::kNo},
      {"FU-A end of IDR", {0x7c, 0x45, 0x88}, Keyframe::kNo},
      {"FU-B start of SPS", {0x7d, 0x87, 0x00}, Keyframe::kYes},
      {"type 0", {0x60}, Keyframe::kUnknown},
      {"type 30", {0x7e, 0x00}, Keyframe::kUnknown},
      {"empty", {}, Keyframe::kUnknown},
      {"FU-A without header", {0x7c}, Keyframe::kUnknown},
      {"STAP-A without units", {0x78}, Keyframe::kUnknown},
      {"STAP-A length too large", {0x78, 0x00, 0x09, 0x41}, Keyframe::kUnknown},
      {"STAP-A empty unit", {0x78, 0x00, 0x00}, Keyframe::kUnknown},
      {"STAP-A cut length", {0x78, 0x00, 0x01, 0x41, 0x00}, Keyframe::kUnknown},
      {"STAP-A in a STAP-A", {0x78, 0x00, 0x01, 0x78}, Keyframe::kUnknown},
  };
  for (const Case& c : cases) CHECK_MESSAGE(h264_keyframe(c.payload) == c.expected, c.name);
}
