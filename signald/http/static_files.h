#pragma once

#include "signald/config/global_config.h"
#include "signald/http/file_root.h"
#include "signald/http/handler.h"

namespace halcyon::signald {

/// How long browsers may use a page or script without asking again.
inline constexpr std::string_view kStaticCacheControl = "max-age=1800";

/// The files of the web client: everything that no other handler claims.
class StaticFiles final : public Handler {
 public:
  /// Both must outlive this.
  StaticFiles(const FileRoot& root, GlobalConfigSource& config) : root_(root), config_(config) {}

  void handle(const Request& request, Moment now, Reply reply) override;

 private:
  Response answer(const Request& request) const;
  Response directory(const Request& request) const;

  const FileRoot& root_;
  GlobalConfigSource& config_;
};

}  // namespace halcyon::signald
