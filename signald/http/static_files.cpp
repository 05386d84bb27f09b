#include "signald/http/static_files.h"

#include <string>
#include <utility>

#include "signald/http/canonical_host.h"
#include "signald/http/encoded_file.h"
#include "signald/http/error_response.h"
#include "signald/http/request_path.h"
#include "signald/http/security_headers.h"

namespace halcyon::signald {

void StaticFiles::handle(const Request& request, Moment /*now*/, Reply reply) {
  if (auto elsewhere = canonical_redirect(request, config_)) {
    reply(std::move(*elsewhere));
    return;
  }
  Response response = answer(request);
  add_security_headers(response.headers, "");
  reply(std::move(response));
}

Response StaticFiles::answer(const Request& request) const {
  if (request.method != Method::kGet && request.method != Method::kHead) {
    return method_not_allowed("GET, HEAD");
  }
  const auto file = root_.open_file(request.path);
  if (!file) {
    return file.error() == OpenError::kNotFound ? not_found_page(root_) : internal_error();
  }
  if (file->is_directory) return directory(request);
  return encoded_file_response(root_, request, *file, request.path, kStaticCacheControl, {});
}

Response StaticFiles::directory(const Request& request) const {
  if (!request.path.ends_with('/')) {
    return redirect(308, location_of(request.path + "/", request.query));
  }
  const auto index = root_.open_file(request.path + "index.html");
  if (index && !index->is_directory) {
    return encoded_file_response(root_, request, *index, request.path + "index.html",
                                 kStaticCacheControl, {});
  }
  return index || index.error() == OpenError::kNotFound ? text_error(403, "Forbidden")
                                                        : internal_error();
}

}  // namespace halcyon::signald
