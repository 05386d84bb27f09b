#include "mediad/codec/vp9.h"

#include <doctest/doctest.h>

#include <vector>

using namespace halcyon::mediad;
using Bytes = std::vector<std::uint8_t>;

namespace {

// As Chrome sends a key picture's base layer: I, L, B, E, V; picture id 0x1abc; layer 0; TL0PICIDX;
// structure of two layers with sizes and one picture group entry; frame header of profile 0.
const Bytes kKeyframe{0xae, 0x9a, 0xbc, 0x00, 0x11, 0x38, 0x01, 0x40, 0x00, 0xb4, 0x02,
                      0x80, 0x01, 0x68, 0x01, 0x14, 0x01, 0x82, 0x49, 0x83, 0x42};

}  // namespace

TEST_CASE("a VP9 descriptor with a scalability structure is read") {
  const auto d = parse_vp9_descriptor(kKeyframe);
  REQUIRE(d);
  CHECK(d->picture_id == 0x1abc);
  CHECK_FALSE(d->inter_picture);
  CHECK_FALSE(d->flexible);
  CHECK(d->starts_frame);
  CHECK(d->ends_frame);
  CHECK(d->spatial_layer_count == 2);
  REQUIRE(d->largest_size);
  CHECK(*d->largest_size == FrameSize{640, 360});
  CHECK(d->size == 17);
  CHECK(vp9_keyframe(kKeyframe) == Keyframe::kYes);
}

TEST_CASE("VP9 layer numbers and flags are read") {
  // I, P, L, B, Z; short picture id; TID 2, U, SID 1, D.
  const auto d = parse_vp9_descriptor(Bytes{0xe9, 0x12, 0x53, 0x07, 0x84});
  REQUIRE(d);
  CHECK(d->picture_id == 0x12);
  CHECK(d->inter_picture);
  CHECK(d->temporal_layer == 2);
  CHECK(d->switching_up);
  CHECK(d->spatial_layer == 1);
  CHECK(d->inter_layer);
  CHECK(d->not_a_spatial_reference);
  CHECK_FALSE(d->ends_frame);
  CHECK(d->size == 4);
}

TEST_CASE("VP9 flexible mode has references instead of TL0PICIDX") {
  // P, L, F, B; layer byte; two P_DIFFs.
  const auto d = parse_vp9_descriptor(Bytes{0x78, 0x20, 0x03, 0x04, 0x84});
  REQUIRE(d);
  CHECK(d->flexible);
  CHECK(d->temporal_layer == 1);
  CHECK(d->size == 4);
  CHECK_FALSE(parse_vp9_descriptor(Bytes{0x78, 0x20, 0x03, 0x03, 0x03, 0x02, 0x84}));
}

TEST_CASE("the VP9 frame header decides about keyframes") {
  struct Case {
    const char* name;
    Bytes payload;
    Keyframe expected;
  };
  const Case cases[] = {
      {"profile 0 key", {0x08, 0x80}, Keyframe::kYes},
      {"profile 0 inter", {0x08, 0x84}, Keyframe::kNo},
      {"profile 0 show existing", {0x08, 0x88}, Keyframe::kNo},
      {"profile 2 key", {0x08, 0x90}, Keyframe::kYes},
      {"profile 3 key", {0x08, 0xb0}, Keyframe::kYes},
      {"profile 3 inter", {0x08, 0xb2}, Keyframe::kNo},
      {"profile 3 show existing", {0x08, 0xb4}, Keyframe::kNo},
      {"not the start", {0x00, 0x80}, Keyframe::kNo},
      {"upper spatial layer", {0x28, 0x02, 0x00, 0x80}, Keyframe::kNo},
      {"wrong frame marker", {0x08, 0x40}, Keyframe::kUnknown},
      {"no data", {0x08}, Keyframe::kUnknown},
      {"empty", {}, Keyframe::kUnknown},
  };
  for (const Case& c : cases) CHECK_MESSAGE(vp9_keyframe(c.payload) == c.expected, c.name);
}

TEST_CASE("cut VP9 descriptors are refused") {
  for (std::size_t n = 0; n < 17; ++n) {
    const Bytes cut(kKeyframe.begin(), kKeyframe.begin() + static_cast<std::ptrdiff_t>(n));
    CHECK_FALSE(parse_vp9_descriptor(cut));
  }
}
