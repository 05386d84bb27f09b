#pragma once

#include "signald/http/group_handlers.h"
#include "signald/http/router.h"
#include "signald/http/static_files.h"

namespace halcyon::signald {

/// All the pages, and where each is found.
class Site {
 public:
  /// All must outlive this. `whip` may be null.
  Site(const FileRoot& static_root, GroupPages& groups, GlobalConfigSource& config,
       Handler* whip = nullptr)
      : files_(static_root, config),
        groups_(groups, static_root, config, whip),
        public_groups_(groups, config),
        router_(files_) {
    router_.add_prefix("/group/", groups_);
    router_.add_exact("/public-groups.json", public_groups_);
    router_.add_exact("/ws", not_an_upgrade_);
  }
  Site(const Site&) = delete;
  Site& operator=(const Site&) = delete;

  /// For further handlers, and for the server.
  Router& router() { return router_; }

 private:
  StaticFiles files_;
  GroupHandlers groups_;
  PublicGroups public_groups_;
  NotAnUpgrade not_an_upgrade_;
  Router router_;
};

}  // namespace halcyon::signald
