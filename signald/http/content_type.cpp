#include "signald/http/content_type.h"

#include <algorithm>
#include <array>
#include <string>

namespace halcyon::signald {
namespace {

struct Mapping {
  std::string_view extension;
  std::string_view type;
};

// What a web client and its libraries are made of, and what recordings are. A table of our own
// rather than the system's, so that every installation answers the same.
constexpr std::array kMappings = {
    Mapping{"html", "text/html; charset=utf-8"},
    Mapping{"htm", "text/html; charset=utf-8"},
    Mapping{"css", "text/css; charset=utf-8"},
    Mapping{"js", "text/javascript; charset=utf-8"},
    Mapping{"mjs", "text/javascript; charset=utf-8"},
    Mapping{"json", "application/json"},
    Mapping{"map", "application/json"},
    Mapping{"webmanifest", "application/manifest+json"},
    Mapping{"wasm", "application/wasm"},
    Mapping{"svg", "image/svg+xml"},
    Mapping{"png", "image/png"},
    Mapping{"jpg", "image/jpeg"},
    Mapping{"jpeg", "image/jpeg"},
    Mapping{"gif", "image/gif"},
    Mapping{"webp", "image/webp"},
    Mapping{"avif", "image/avif"},
    Mapping{"ico", "image/vnd.microsoft.icon"},
    Mapping{"txt", "text/plain; charset=utf-8"},
    Mapping{"md", "text/plain; charset=utf-8"},
    Mapping{"xml", "text/xml; charset=utf-8"},
    Mapping{"pdf", "application/pdf"},
    Mapping{"woff", "font/woff"},
    Mapping{"woff2", "font/woff2"},
    Mapping{"ttf", "font/ttf"},
    Mapping{"otf", "font/otf"},
    Mapping{"webm", "video/webm"},
    Mapping{"mkv", "video/webm"},
    Mapping{"mp4", "video/mp4"},
    Mapping{"m4a", "audio/mp4"},
    Mapping{"mp3", "audio/mpeg"},
    Mapping{"ogg", "audio/ogg"},
    Mapping{"oga", "audio/ogg"},
    Mapping{"opus", "audio/ogg"},
    Mapping{"wav", "audio/wav"},
    Mapping{"zip", "application/zip"},
    Mapping{"gz", "application/gzip"},
    Mapping{"tflite", "application/octet-stream"},
};

constexpr std::string_view kUnknown = "application/octet-stream";
constexpr std::size_t kLongestExtension = 11;

}  // namespace

std::string_view content_type_of(std::string_view file_name) {
  const std::size_t dot = file_name.rfind('.');
  if (dot == std::string_view::npos || file_name.size() - dot - 1 > kLongestExtension) {
    return kUnknown;
  }
  std::string extension(file_name.substr(dot + 1));
  std::transform(extension.begin(), extension.end(), extension.begin(), [](unsigned char c) {
    return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  });
  const auto found = std::find_if(kMappings.begin(), kMappings.end(),
                                  [&](const Mapping& m) { return m.extension == extension; });
  return found == kMappings.end() ? kUnknown : found->type;
}

}  // namespace halcyon::signald
