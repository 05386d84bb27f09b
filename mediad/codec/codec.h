#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace halcyon::mediad {

enum class CodecType { kOpus, kG722, kPcmu, kPcma, kVp8, kVp9, kAv1, kH264 };

/// By rtpmap name, case-insensitive.
std::optional<CodecType> codec_type_from_name(std::string_view name);
bool is_video(CodecType type);

/// A negotiated codec with its RTCP feedback.
struct Codec {
  CodecType type = CodecType::kOpus;
  std::uint8_t payload_type = 0;
  std::uint32_t clock_rate = 48000;  // Hz
  std::string fmtp;
  bool nack = false;
  bool pli = false;
  bool remb = false;
};

enum class Keyframe { kNo, kYes, kUnknown };

}  // namespace halcyon::mediad
