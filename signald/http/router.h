#pragma once

#include <string>
#include <utility>
#include <vector>

#include "signald/http/handler.h"

namespace halcyon::signald {

/// Finds the handler of a path: an exact one, else the longest prefix, else the fallback. A path
/// with empty, "." or ".." segments is led to the one without (301), its query kept.
class Router final : public Handler {
 public:
  /// All handlers must outlive this.
  explicit Router(Handler& fallback) : fallback_(fallback) {}

  void add_exact(std::string path, Handler& handler);
  /// `prefix` ends in a slash; the path without it is led there (301), its query kept.
  void add_prefix(std::string prefix, Handler& handler);

  Handler& find(std::string_view path) const;
  std::size_t body_limit(const Request& head) const override;
  void handle(const Request& request, Moment now, Reply reply) override;

 private:
  /// Whether the path is a prefix without its final slash.
  bool lacks_slash(std::string_view path) const;

  Handler& fallback_;
  std::vector<std::pair<std::string, Handler*>> exact_;
  std::vector<std::pair<std::string, Handler*>> prefixes_;
};

/// What /ws answers to a request that asks for no upgrade.
class NotAnUpgrade final : public Handler {
 public:
  void handle(const Request& request, Moment now, Reply reply) override;
};

}  // namespace halcyon::signald
