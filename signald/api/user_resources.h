#pragma once

#include "signald/api/api_resource.h"
#include "signald/api/group_resources.h"
#include "signald/auth/password_hasher.h"

namespace halcyon::signald {

/// .groups/G/.users/: names. Automatic subgroups have those of the group they come from (http.md
/// 11.7).
class UserList final : public ApiResource {
 public:
  explicit UserList(GroupApiParts parts) : parts_(parts) {}
  std::string_view methods() const override { return "HEAD, GET"; }
  void answer(const ApiCall& call, Reply reply) override;

 private:
  GroupApiParts parts_;
};

/// .groups/G/.users/U, .empty-user and .wildcard-user: what somebody may do, without the password
/// (http.md 11.7).
class UserResource final : public ApiResource {
 public:
  explicit UserResource(GroupApiParts parts) : parts_(parts) {}
  std::string_view methods() const override { return "HEAD, GET, PUT, DELETE"; }
  void answer(const ApiCall& call, Reply reply) override;

 private:
  Response put(const ApiCall& call, const std::string& etag);
  Response remove(const ApiCall& call, const std::string& etag);

  GroupApiParts parts_;
};

/// …/.password of a user: written, never shown (http.md 11.8).
class PasswordResource final : public ApiResource {
 public:
  /// Both borrowed.
  PasswordResource(GroupApiParts parts, PasswordHasher& hasher) : parts_(parts), hasher_(hasher) {}
  std::string_view methods() const override { return "PUT, POST, DELETE"; }
  void answer(const ApiCall& call, Reply reply) override;

 private:
  void put(const ApiCall& call, const Reply& reply);
  void post(const ApiCall& call, Reply reply);
  Response store(const ApiCall& call, const Password& password, Moment now);

  GroupApiParts parts_;
  PasswordHasher& hasher_;
};

}  // namespace halcyon::signald
