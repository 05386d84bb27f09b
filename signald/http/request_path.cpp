#include "signald/http/request_path.h"

namespace halcyon::signald {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

std::string percent_encode(std::string_view text, bool slash_stays) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (is_unreserved(c) || (slash_stays && c == '/')) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += kDigits[byte >> 4];
      out += kDigits[byte & 15];
    }
  }
  return out;
}

/// Calls `f` with each part between slashes, empty ones included.
template <class F>
void for_each_segment(std::string_view path, F f) {
  while (true) {
    const std::size_t slash = path.find('/');
    f(path.substr(0, slash));
    if (slash == std::string_view::npos) return;
    path.remove_prefix(slash + 1);
  }
}

}  // namespace

std::optional<std::string> percent_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (text.size() - i < 3) return std::nullopt;
    const int high = hex_value(text[i + 1]);
    const int low = hex_value(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high << 4 | low);
    i += 2;
  }
  return out;
}

std::string percent_encode_path(std::string_view path) { return percent_encode(path, true); }

std::string percent_encode_segment(std::string_view segment) {
  return percent_encode(segment, false);
}

std::string clean_path(std::string_view path) {
  std::vector<std::string_view> kept;
  bool ends_in_directory = false;
  for_each_segment(path, [&](std::string_view segment) {
    ends_in_directory = segment.empty() || segment == "." || segment == "..";
    if (!ends_in_directory) {
      kept.push_back(segment);
    } else if (segment == ".." && !kept.empty()) {
      kept.pop_back();
    }
  });
  std::string out;
  for (const std::string_view segment : kept) out.append("/").append(segment);
  if (ends_in_directory || out.empty()) out += '/';
  return out;
}

std::optional<std::vector<std::string>> path_segments(std::string_view path) {
  if (path.find('\0') != std::string_view::npos) return std::nullopt;
  while (path.starts_with('/')) path.remove_prefix(1);
  if (path.ends_with('/')) path.remove_suffix(1);
  std::vector<std::string> out;
  if (path.empty()) return out;
  bool safe = true;
  for_each_segment(path, [&](std::string_view segment) {
    safe = safe && !segment.empty() && segment != "." && segment != "..";
    out.emplace_back(segment);
  });
  if (!safe) return std::nullopt;
  return out;
}

std::string location_of(std::string_view path, std::string_view query) {
  std::string out = percent_encode_path(path);
  if (!query.empty()) out.append("?").append(query);
  return out;
}

}  // namespace halcyon::signald
