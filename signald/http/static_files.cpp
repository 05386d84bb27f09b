#include "signald/http/static_files.h"

#include <string>
#include <utility>

#include "signald/http/canonical_host.h"
#include "signald/http/error_response.h"
#include "signald/http/file_response.h"
#include "signald/http/request_path.h"
#include "signald/http/security_headers.h"

namespace halcyon::signald {
namespace {

std::string_view name_of(std::string_view path) { return path.substr(path.rfind('/') + 1); }

}  // namespace

Response static_response(const Request& request, const FileVariant& variant,
                         std::string_view file_name) {
  Headers headers;
  add_variant_headers(headers, variant);
  return file_response(request, variant.file, file_name, kStaticCacheControl, std::move(headers));
}

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
  const auto found = open_variant(root_, request.path, request.headers);
  if (!found) {
    return found.error() == OpenError::kNotFound ? not_found_page(root_) : internal_error();
  }
  if (found->file.is_directory) return directory(request);
  return static_response(request, *found, name_of(request.path));
}

Response StaticFiles::directory(const Request& request) const {
  if (!request.path.ends_with('/')) {
    return redirect(308, location_of(request.path + "/", request.query));
  }
  const auto index = open_variant(root_, request.path + "index.html", request.headers);
  if (index && !index->file.is_directory) return static_response(request, *index, "index.html");
  return index || index.error() == OpenError::kNotFound ? text_error(403, "Forbidden")
                                                        : internal_error();
}

}  // namespace halcyon::signald
