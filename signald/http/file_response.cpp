#include "signald/http/file_response.h"

#include <fmt/format.h>

#include <string>

#include "signald/http/content_type.h"
#include "signald/http/http_date.h"

namespace halcyon::signald {
namespace {

// The boundary only has to be absent from what stands between the parts, and the parts are told
// apart by their lengths' sum as well: a constant will do, made unlikely enough.
constexpr std::string_view kBoundary = "halcyon-part-7c1f0e5a93b24d68";

std::string content_range(const ByteRange& range, std::uint64_t size) {
  return fmt::format("bytes {}-{}/{}", range.first, range.last, size);
}

void one_range(Response& response, const OpenedFile& file, const ByteRange& range,
               std::string_view type) {
  response.headers.set("content-type", type);
  response.headers.set("content-range", content_range(range, file.facts.size));
  response.body.emplace_back(FilePart{file.handle, range.first, range.length()});
}

/// RFC 9110 14.6.
void several_ranges(Response& response, const OpenedFile& file,
                    const std::vector<ByteRange>& ranges, std::string_view type) {
  response.headers.set("content-type", fmt::format("multipart/byteranges; boundary={}", kBoundary));
  for (const ByteRange& range : ranges) {
    response.body.emplace_back(
        fmt::format("\r\n--{}\r\ncontent-type: {}\r\ncontent-range: {}\r\n\r\n", kBoundary, type,
                    content_range(range, file.facts.size)));
    response.body.emplace_back(FilePart{file.handle, range.first, range.length()});
  }
  response.body.emplace_back(fmt::format("\r\n--{}--\r\n", kBoundary));
}

}  // namespace

Response file_response(const Request& request, const OpenedFile& file, std::string_view file_name,
                       std::string_view cache_control, Headers base, std::string_view coding) {
  const std::string_view type = content_type_of(file_name);
  FileFacts facts = file.facts;
  facts.coding = coding;
  const Decision decision = decide(request.headers, facts);
  Response response;
  response.headers = std::move(base);
  response.headers.set("cache-control", cache_control);
  response.headers.set("etag", entity_tag(facts));
  if (decision.kind == Decision::Kind::kNotModified) {
    response.status = 304;
    return response;
  }
  response.headers.set("last-modified", http_date(file.facts.mtime_ns / 1'000'000'000));
  response.headers.set("accept-ranges", "bytes");
  switch (decision.kind) {
    case Decision::Kind::kPreconditionFailed:
      response.status = 412;
      break;
    case Decision::Kind::kRangeNotSatisfiable:
      response.status = 416;
      response.headers.set("content-range", fmt::format("bytes */{}", file.facts.size));
      break;
    case Decision::Kind::kRanges:
      response.status = 206;
      if (decision.ranges.size() == 1) {
        one_range(response, file, decision.ranges.front(), type);
      } else {
        several_ranges(response, file, decision.ranges, type);
      }
      break;
    default:
      response.headers.set("content-type", type);
      response.body.emplace_back(FilePart{file.handle, 0, file.facts.size});
  }
  return response;
}

}  // namespace halcyon::signald
