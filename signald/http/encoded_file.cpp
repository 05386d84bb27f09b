#include "signald/http/encoded_file.h"

#include <utility>

#include "signald/http/content_coding.h"
#include "signald/http/file_response.h"

namespace halcyon::signald {
namespace {

std::string_view name_of(std::string_view path) { return path.substr(path.rfind('/') + 1); }

}  // namespace

Response encoded_file_response(const FileRoot& root, const Request& request, const OpenedFile& file,
                               const std::string& path, std::string_view cache_control,
                               Headers base) {
  for (const ContentCoding& coding : accepted_codings(request.headers.get("accept-encoding"))) {
    const auto variant = root.open_file(path + std::string(coding.suffix));
    // A variant older than its file was made from another one.
    if (!variant || variant->is_directory || variant->facts.mtime_ns < file.facts.mtime_ns) {
      continue;
    }
    base.set("vary", "Accept-Encoding");
    base.set("content-encoding", coding.name);
    // Two variants of one size and time would have one tag.
    return file_response(request, *variant, name_of(path), cache_control, std::move(base),
                         coding.name);
  }
  for (const std::string_view suffix : {".br", ".gz"}) {
    if (root.open_file(path + std::string(suffix))) {
      base.set("vary", "Accept-Encoding");
      break;
    }
  }
  return file_response(request, file, name_of(path), cache_control, std::move(base));
}

}  // namespace halcyon::signald
