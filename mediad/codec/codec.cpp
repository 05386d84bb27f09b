#include "mediad/codec/codec.h"

#include <array>
#include <utility>

namespace halcyon::mediad {
namespace {

constexpr std::array<std::pair<std::string_view, CodecType>, 8> kNames{{
    {"opus", CodecType::kOpus},
    {"g722", CodecType::kG722},
    {"pcmu", CodecType::kPcmu},
    {"pcma", CodecType::kPcma},
    {"vp8", CodecType::kVp8},
    {"vp9", CodecType::kVp9},
    {"av1", CodecType::kAv1},
    {"h264", CodecType::kH264},
}};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool equals_ignoring_case(std::string_view text, std::string_view lower_case) {
  if (text.size() != lower_case.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (lower(text[i]) != lower_case[i]) return false;
  }
  return true;
}

}  // namespace

std::optional<CodecType> codec_type_from_name(std::string_view name) {
  for (const auto& [known, type] : kNames) {
    if (equals_ignoring_case(name, known)) return type;
  }
  return std::nullopt;
}

bool is_video(CodecType type) {
  switch (type) {
    case CodecType::kVp8:
    case CodecType::kVp9:
    case CodecType::kAv1:
    case CodecType::kH264:
      return true;
    case CodecType::kOpus:
    case CodecType::kG722:
    case CodecType::kPcmu:
    case CodecType::kPcma:
      return false;
  }
  return false;
}

}  // namespace halcyon::mediad
