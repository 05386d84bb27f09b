#pragma once

#include <array>
#include <cstddef>
#include <memory>

#include "signald/api/admin_authoriser.h"
#include "signald/api/api_path.h"
#include "signald/api/api_resource.h"
#include "signald/http/file_root.h"
#include "signald/http/handler.h"

namespace halcyon::signald {

/// Largest body of the administrative interface: a description with ten thousand hashed passwords.
inline constexpr std::size_t kMaxApiBody = 1u << 20;

/// Everything below /galene-api/: finds the resource of a path, answers preflights, asks who may,
/// checks the method, and lets allowed origins read the answers (http.md 11.1).
class ApiHandler final : public Handler {
 public:
  /// All borrowed.
  ApiHandler(AdminAuthoriser& authoriser, GlobalConfigSource& config, const FileRoot& static_root)
      : authoriser_(authoriser), config_(config), static_root_(static_root) {}

  /// Borrowed. A kind without a resource is answered as if there were no such path.
  void set_resource(ApiPath::Kind kind, ApiResource& resource);

  std::size_t body_limit(const Request& head) const override;
  void handle(const Request& request, Moment now, Reply reply) override;

 private:
  static constexpr std::size_t kKinds = static_cast<std::size_t>(ApiPath::Kind::kVacant) + 1;

  ApiResource* resource_of(ApiPath::Kind kind) const;
  void add_cors(const Request& request, Response& response) const;
  Response preflight(const Request& request, std::string_view methods) const;
  void authorise(const ApiCall& call, AdminAuthoriser::Done done);
  void answer_admitted(ApiCall call, Reply reply);

  AdminAuthoriser& authoriser_;
  GlobalConfigSource& config_;
  const FileRoot& static_root_;
  std::array<ApiResource*, kKinds> resources_{};
};

}  // namespace halcyon::signald
