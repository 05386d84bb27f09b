#include "signald/recordings/recordings_page.h"

#include <fmt/format.h>

#include <array>
#include <ctime>

#include "signald/http/request_path.h"
#include "signald/recordings/recordings_url.h"

namespace halcyon::signald {
namespace {

std::string escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&#34;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

/// `format` is strftime's; in UTC, because nobody told us where the reader is.
std::string utc(std::int64_t mtime_ns, const char* format) {
  const std::time_t seconds = mtime_ns / 1'000'000'000;
  std::tm broken_down{};
  ::gmtime_r(&seconds, &broken_down);
  std::array<char, 64> text;
  return {text.data(), std::strftime(text.data(), text.size(), format, &broken_down)};
}

std::string row(std::string_view group, const RecordingFile& file) {
  const std::string name = escape(file.name);
  return fmt::format(
      "<tr>"
      "<td><a href=\"./{}\">{}</a></td>"
      "<td><data value=\"{}\" title=\"{} bytes\">{}</data></td>"
      "<td><time datetime=\"{}\">{}</time></td>"
      "<td><form action=\"{}\" method=\"post\">"
      "<input type=\"hidden\" name=\"filename\" value=\"{}\">"
      "<button type=\"submit\" name=\"q\" value=\"delete\" aria-label=\"Delete {}\">Delete</button>"
      "</form></td>"
      "</tr>\n",
      escape(percent_encode_segment(file.name)), name, file.facts.size, file.facts.size,
      readable_size(file.facts.size), utc(file.facts.mtime_ns, "%Y-%m-%dT%H:%M:%SZ"),
      utc(file.facts.mtime_ns, "%Y-%m-%d %H:%M UTC"), escape(recordings_path(group)), name, name);
}

}  // namespace

std::string readable_size(std::uint64_t bytes) {
  static constexpr std::array kUnits = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= 1024 && unit + 1 < kUnits.size()) {
    value /= 1024;
    ++unit;
  }
  return unit == 0 ? fmt::format("{} B", bytes) : fmt::format("{:.1f} {}", value, kUnits[unit]);
}

std::string recordings_page(std::string_view group, const std::vector<RecordingFile>& files) {
  const std::string title = "Recordings for group " + escape(group);
  std::string page = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>{}</title>\n<link rel=\"stylesheet\" href=\"/common.css\">\n</head>\n<body>\n"
      "<main>\n<h1>{}</h1>\n",
      title, title);
  if (files.empty()) {
    page += "<p>There are no recordings yet.</p>\n";
  } else {
    page +=
        "<table>\n<thead><tr><th scope=\"col\">File</th><th scope=\"col\">Size</th>"
        "<th scope=\"col\">Time</th><th scope=\"col\">Delete</th></tr></thead>\n<tbody>\n";
    for (const RecordingFile& file : files) page += row(group, file);
    page += "</tbody>\n</table>\n";
  }
  if (files.size() == kMaxListedRecordings) {
    page += fmt::format("<p>Only the first {} files are listed.</p>\n", kMaxListedRecordings);
  }
  return page + "</main>\n</body>\n</html>\n";
}

}  // namespace halcyon::signald
