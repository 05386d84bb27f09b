#include "signald/http/error_response.h"

#include <string>

namespace halcyon::signald {

Response text_error(int status, std::string_view text) {
  Response response;
  response.status = status;
  response.headers.add("content-type", "text/plain; charset=utf-8");
  response.headers.add("x-content-type-options", "nosniff");
  response.body.emplace_back(std::string(text) + "\n");
  return response;
}

Response internal_error() { return text_error(500, "Internal server error"); }

Response method_not_allowed(std::string_view allowed_methods) {
  Response response = text_error(405, "method not allowed");
  response.headers.add("allow", allowed_methods);
  return response;
}

Response redirect(int status, std::string_view location) {
  Response response;
  response.status = status;
  response.headers.add("location", location);
  return response;
}

Response not_found_page(const FileRoot& static_root) {
  Response response;
  response.status = 404;
  response.headers.add("content-type", "text/html; charset=utf-8");
  const auto page = static_root.open_file("/404.html");
  if (page && !page->is_directory) {
    response.body.emplace_back(FilePart{page->handle, 0, page->facts.size});
  } else {
    response.body.emplace_back(std::string("<p>Not found</p>\n"));
  }
  return response;
}

Response json_response(std::string_view json) {
  Response response;
  response.headers.add("content-type", "application/json");
  response.headers.add("cache-control", "no-cache");
  response.body.emplace_back(std::string(json) + "\n");
  return response;
}

}  // namespace halcyon::signald
