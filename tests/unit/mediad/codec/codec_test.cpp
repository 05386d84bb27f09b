#include "mediad/codec/codec.h"

#include <doctest/doctest.h>

#include <vector>

#include "mediad/codec/keyframe.h"

using namespace halcyon::mediad;

TEST_CASE("codec names of rtpmap are found whatever their case") {
  CHECK(codec_type_from_name("VP8") == CodecType::kVp8);
  CHECK(codec_type_from_name("vp9") == CodecType::kVp9);
  CHECK(codec_type_from_name("AV1") == CodecType::kAv1);
  CHECK(codec_type_from_name("h264") == CodecType::kH264);
  CHECK(codec_type_from_name("opus") == CodecType::kOpus);
  CHECK(codec_type_from_name("OPUS") == CodecType::kOpus);
  CHECK(codec_type_from_name("G722") == CodecType::kG722);
  CHECK(codec_type_from_name("PCMU") == CodecType::kPcmu);
  CHECK(codec_type_from_name("PCMA") == CodecType::kPcma);
  for (const char* unknown : {"", "VP", "VP80", "rtx", "H265", "opus "}) {
    CHECK_MESSAGE(!codec_type_from_name(unknown), unknown);
  }
}

TEST_CASE("four codecs are video") {
  CHECK(is_video(CodecType::kVp8));
  CHECK(is_video(CodecType::kVp9));
  CHECK(is_video(CodecType::kAv1));
  CHECK(is_video(CodecType::kH264));
  CHECK_FALSE(is_video(CodecType::kOpus));
  CHECK_FALSE(is_video(CodecType::kG722));
  CHECK_FALSE(is_video(CodecType::kPcmu));
  CHECK_FALSE(is_video(CodecType::kPcma));
}

TEST_CASE("audio has no keyframes, video is dispatched by its codec") {
  const std::vector<std::uint8_t> sps{0x67, 0x42};
  CHECK(detect_keyframe(CodecType::kOpus, sps) == Keyframe::kUnknown);
  CHECK(detect_keyframe(CodecType::kH264, sps) == Keyframe::kYes);
  const std::vector<std::uint8_t> vp8{0x10, 0x00};
  CHECK(detect_keyframe(CodecType::kVp8, vp8) == Keyframe::kYes);
  const std::vector<std::uint8_t> vp9{0x08, 0x80};
  CHECK(detect_keyframe(CodecType::kVp9, vp9) == Keyframe::kYes);
  const std::vector<std::uint8_t> av1{0x28, 0x01, 0x08, 0x30, 0x10};
  CHECK(detect_keyframe(CodecType::kAv1, av1) == Keyframe::kYes);
}
