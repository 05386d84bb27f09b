#include "signald/http/lws_response.h"

#include <libwebsockets.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <vector>

#include "signald/http/http_date.h"

namespace halcyon::signald {
namespace {

// One TLS record.
constexpr std::size_t kChunk = 16384;
// Room for the status line, our own fields and the colons and line ends of the rest.
constexpr std::size_t kHeadOverhead = 1024;
constexpr std::size_t kPerFieldOverhead = 8;

std::size_t head_room(const Headers& headers) {
  std::size_t room = kHeadOverhead;
  for (const auto& [name, value] : headers.fields()) {
    room += name.size() + value.size() + kPerFieldOverhead;
  }
  return room;
}

/// A value from outside (a file name, a group's redirect) must not end its header field.
std::string without_controls(std::string_view value) {
  std::string out;
  std::copy_if(value.begin(), value.end(), std::back_inserter(out),
               [](char c) { return static_cast<unsigned char>(c) >= ' ' && c != 0x7f; });
  return out;
}

struct HeadBuffer {
  explicit HeadBuffer(std::size_t room)
      : bytes(LWS_PRE + room), start(bytes.data() + LWS_PRE), at(start), end(start + room) {}
  bool add(lws* wsi, std::string_view name, std::string_view value) {
    const std::string with_colon = std::string(name) + ":";
    const std::string clean = without_controls(value);
    return lws_add_http_header_by_name(wsi,
                                       reinterpret_cast<const unsigned char*>(with_colon.c_str()),
                                       reinterpret_cast<const unsigned char*>(clean.data()),
                                       static_cast<int>(clean.size()), &at, end) == 0;
  }
  std::vector<unsigned char> bytes;
  unsigned char* start;
  unsigned char* at;
  unsigned char* end;
};

bool status_has_no_body(int status) { return status == 204 || status == 304 || status < 200; }

}  // namespace

bool ResponseWriter::has_body() const { return remaining_ > 0 && !head_only_; }

bool ResponseWriter::write_head(lws* wsi, WallTime now) {
  remaining_ = status_has_no_body(response_.status) ? 0 : response_.body_length();
  HeadBuffer head(head_room(response_.headers));
  const auto status = static_cast<unsigned>(response_.status) | LWSAHH_FLAG_NO_SERVER_NAME;
  if (lws_add_http_header_status(wsi, status, &head.at, head.end) != 0) return false;
  if (!head.add(wsi, "date", http_date(now.unix_seconds()))) return false;
  for (const auto& [name, value] : response_.headers.fields()) {
    if (!head.add(wsi, name, value)) return false;
  }
  if (close_after_ && !head.add(wsi, "connection", "close")) return false;
  if (!status_has_no_body(response_.status) &&
      lws_add_http_header_content_length(wsi, remaining_, &head.at, head.end) != 0) {
    return false;
  }
  if (lws_finalize_http_header(wsi, &head.at, head.end) != 0) return false;
  const auto length = static_cast<std::size_t>(head.at - head.start);
  return lws_write(wsi, head.start, length, LWS_WRITE_HTTP_HEADERS) >= 0;
}

std::int64_t ResponseWriter::fill(unsigned char* out, std::size_t room) {
  std::size_t filled = 0;
  while (filled < room && part_ < response_.body.size()) {
    const BodyPart& part = response_.body[part_];
    std::int64_t got = 0;
    if (const auto* text = std::get_if<std::string>(&part)) {
      got = static_cast<std::int64_t>(
          std::min<std::uint64_t>(room - filled, text->size() - part_offset_));
      std::memcpy(out + filled, text->data() + part_offset_, static_cast<std::size_t>(got));
    } else {
      const FilePart& file = std::get<FilePart>(part);
      const std::uint64_t wanted =
          std::min<std::uint64_t>(room - filled, file.length - part_offset_);
      if (wanted > 0) {
        got = ::pread(file.file->fd(), out + filled, static_cast<std::size_t>(wanted),
                      static_cast<off_t>(file.offset + part_offset_));
        // A file that became shorter cannot keep the promised length: only the end of the
        // connection tells the client.
        if (got <= 0) return -1;
      }
    }
    if (got == 0) {
      ++part_;
      part_offset_ = 0;
    }
    filled += static_cast<std::size_t>(got);
    part_offset_ += static_cast<std::uint64_t>(got);
  }
  return static_cast<std::int64_t>(filled);
}

ResponseWriter::Outcome ResponseWriter::write_some(lws* wsi) {
  const std::size_t room = std::min<std::uint64_t>(kChunk, remaining_);
  std::array<unsigned char, LWS_PRE + kChunk> buffer;
  const std::int64_t length = fill(buffer.data() + LWS_PRE, room);
  if (length <= 0) return Outcome::kFailed;
  remaining_ -= static_cast<std::uint64_t>(length);
  const auto mode = remaining_ == 0 ? LWS_WRITE_HTTP_FINAL : LWS_WRITE_HTTP;
  const int written =
      lws_write(wsi, buffer.data() + LWS_PRE, static_cast<std::size_t>(length), mode);
  if (written < 0) return Outcome::kFailed;
  return remaining_ == 0 ? Outcome::kFinished : Outcome::kMore;
}

ResponseWriter::Outcome ResponseWriter::step(lws* wsi, WallTime now) {
  if (!head_written_) {
    if (!write_head(wsi, now)) return Outcome::kFailed;
    head_written_ = true;
    return has_body() ? Outcome::kMore : Outcome::kFinished;
  }
  return write_some(wsi);
}

}  // namespace halcyon::signald
