#pragma once

#include <optional>
#include <string>

#include "signald/config/global_config.h"
#include "signald/http/file_root.h"
#include "signald/http/group_pages.h"
#include "signald/http/group_url.h"
#include "signald/http/handler.h"

namespace halcyon::signald {

/// Everything below /group/: pages, status, and WHIP for whoever is set to serve it.
class GroupHandlers final : public Handler {
 public:
  /// All must outlive this. `whip` may be null: its URLs are then unknown.
  GroupHandlers(GroupPages& groups, const FileRoot& static_root, GlobalConfigSource& config,
                Handler* whip)
      : groups_(groups), static_root_(static_root), config_(config), whip_(whip) {}

  std::size_t body_limit(const Request& head) const override;
  void handle(const Request& request, Moment now, Reply reply) override;

 private:
  Response answer(const Request& request, const GroupUrl& url, Moment now);
  Response page(const Request& request, const GroupUrl& url, Moment now);
  Response status(const Request& request, const GroupUrl& url, Moment now);
  Response refusal(PageError error) const;
  /// libwebsockets reads a literal '+' in a path as a blank: the name that was meant, if such a
  /// group exists.
  std::optional<std::string> name_with_plus(std::string_view name, PageError error, Moment now);

  GroupPages& groups_;
  const FileRoot& static_root_;
  GlobalConfigSource& config_;
  Handler* whip_;
};

/// /public-groups.json.
class PublicGroups final : public Handler {
 public:
  PublicGroups(GroupPages& groups, GlobalConfigSource& config) : groups_(groups), config_(config) {}
  void handle(const Request& request, Moment now, Reply reply) override;

 private:
  GroupPages& groups_;
  GlobalConfigSource& config_;
};

}  // namespace halcyon::signald
