#pragma once

#include "signald/api/api_resource.h"
#include "signald/groups/group_directory.h"
#include "signald/groups/group_editor.h"
#include "signald/groups/group_files.h"
#include "signald/http/file_root.h"

namespace halcyon::signald {

/// What the resources about groups work with; all borrowed.
struct GroupApiParts {
  const GroupFiles& files;
  GroupEditor& editor;
  GroupDirectory& directory;
  const FileRoot& static_root;
};

/// .groups/: the names of all groups with files (http.md 11.5).
class GroupList final : public ApiResource {
 public:
  explicit GroupList(const GroupFiles& files) : files_(files) {}
  std::string_view methods() const override { return "HEAD, GET"; }
  void answer(const ApiCall& call, Reply reply) override;

 private:
  const GroupFiles& files_;
};

/// .groups/G: a description without users and keys (http.md 11.6).
class GroupResource final : public ApiResource {
 public:
  explicit GroupResource(GroupApiParts parts) : parts_(parts) {}
  std::string_view methods() const override { return "HEAD, GET, PUT, DELETE"; }
  void answer(const ApiCall& call, Reply reply) override;

 private:
  Response get(const ApiCall& call);
  Response put(const ApiCall& call, const std::string& etag);
  Response remove(const ApiCall& call, const std::string& etag);

  GroupApiParts parts_;
};

/// .groups/G/.keys: what verifies cryptographic tokens; never shown (http.md 11.9).
class KeyResource final : public ApiResource {
 public:
  explicit KeyResource(GroupApiParts parts) : parts_(parts) {}
  std::string_view methods() const override { return "PUT, DELETE"; }
  void answer(const ApiCall& call, Reply reply) override;

 private:
  Response store(const ApiCall& call, JsonArray keys);

  GroupApiParts parts_;
};

}  // namespace halcyon::signald
