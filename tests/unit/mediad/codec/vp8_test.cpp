#include "mediad/codec/vp8.h"

#include <doctest/doctest.h>

#include <vector>

using namespace halcyon::mediad;
using Bytes = std::vector<std::uint8_t>;

namespace {

// As Chrome sends it: X, S; I, L, T, K; picture id 0x1234; TL0PICIDX 9; TID 2, Y; KEYIDX 5; then a
// key frame of 640x480.
const Bytes kKeyframe{0x90, 0xf0, 0x92, 0x34, 0x09, 0xa5, 0x10, 0x5d, 0x00,
                      0x9d, 0x01, 0x2a, 0x80, 0x02, 0xe0, 0x01, 0x00};

}  // namespace

TEST_CASE("a full VP8 descriptor is read") {
  const auto d = parse_vp8_descriptor(kKeyframe);
  REQUIRE(d);
  CHECK(d->starts_frame());
  CHECK_FALSE(d->non_reference);
  CHECK(d->picture_id == 0x1234);
  CHECK(d->long_picture_id);
  CHECK(d->tl0_picture_index == 9);
  CHECK(d->temporal_layer == 2);
  CHECK(d->layer_sync);
  CHECK(d->key_index == 5);
  CHECK(d->size == 6);
  CHECK(vp8_keyframe(kKeyframe) == Keyframe::kYes);
  CHECK(vp8_frame_size(kKeyframe) == FrameSize{640, 480});
}

TEST_CASE("VP8 descriptors have optional parts") {
  const auto plain = parse_vp8_descriptor(Bytes{0x10, 0x01});
  REQUIRE(plain);
  CHECK(plain->size == 1);
  CHECK_FALSE(plain->picture_id);
  CHECK_FALSE(plain->temporal_layer);
  const auto short_id = parse_vp8_descriptor(Bytes{0xa0, 0x80, 0x7f, 0x01});
  REQUIRE(short_id);
  CHECK(short_id->picture_id == 0x7f);
  CHECK_FALSE(short_id->long_picture_id);
  CHECK(short_id->non_reference);
  CHECK(short_id->size == 3);
  const auto key_index_only = parse_vp8_descriptor(Bytes{0x80, 0x10, 0xe3, 0x01});
  REQUIRE(key_index_only);
  CHECK_FALSE(key_index_only->temporal_layer);
  CHECK_FALSE(key_index_only->layer_sync);
  CHECK(key_index_only->key_index == 3);
}

TEST_CASE("only the first packet of partition 0 starts a VP8 keyframe") {
  CHECK(vp8_keyframe(Bytes{0x10, 0x00}) == Keyframe::kYes);
  CHECK(vp8_keyframe(Bytes{0x10, 0x01}) == Keyframe::kNo);  // inter frame
  CHECK(vp8_keyframe(Bytes{0x00, 0x00}) == Keyframe::kNo);  // continuation
  CHECK(vp8_keyframe(Bytes{0x11, 0x00}) == Keyframe::kNo);  // partition 1
  CHECK(vp8_keyframe(Bytes{0x10}) == Keyframe::kUnknown);   // no data
}

TEST_CASE("malformed VP8 payloads are unknown, never read beyond their end") {
  const Bytes whole(kKeyframe.begin(), kKeyframe.begin() + 6);
  for (std::size_t n = 0; n < whole.size(); ++n) {
    const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(n));
    CHECK_FALSE(parse_vp8_descriptor(cut));
    CHECK(vp8_keyframe(cut) == Keyframe::kUnknown);
  }
  CHECK(vp8_keyframe(whole) == Keyframe::kUnknown);
  Bytes short_header(kKeyframe.begin(), kKeyframe.end() - 2);
  CHECK_FALSE(vp8_frame_size(short_header));
  Bytes wrong_start_code = kKeyframe;
  wrong_start_code[9] = 0;
  CHECK_FALSE(vp8_frame_size(wrong_start_code));
}

TEST_CASE("a VP8 picture id is replaced in its own form") {
  Bytes payload = kKeyframe;
  set_vp8_picture_id(payload, *parse_vp8_descriptor(payload), 0x7fff);
  CHECK(parse_vp8_descriptor(payload)->picture_id == 0x7fff);
  set_vp8_picture_id(payload, *parse_vp8_descriptor(payload), 3);
  CHECK(parse_vp8_descriptor(payload)->picture_id == 3);
  CHECK(parse_vp8_descriptor(payload)->size == 6);
  Bytes short_form{0x80, 0x80, 0x05, 0x01};
  set_vp8_picture_id(short_form, *parse_vp8_descriptor(short_form), 0x1ff);
  CHECK(short_form == Bytes{0x80, 0x80, 0x7f, 0x01});
  Bytes none{0x10, 0x01};
  set_vp8_picture_id(none, *parse_vp8_descriptor(none), 7);
  CHECK(none == Bytes{0x10, 0x01});
}
