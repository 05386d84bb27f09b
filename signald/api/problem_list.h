#pragma once

#include "signald/api/api_resource.h"
#include "signald/auth/token_store.h"
#include "signald/groups/group_files.h"

namespace halcyon::signald {

/// .problems: the files that are of no use as they are, as an array of {"group", "problem"}; the
/// problem names the file, the field and the remedy. The file of the tokens has no "group".
class ProblemList final : public ApiResource {
 public:
  /// Borrows both.
  ProblemList(const GroupFiles& files, TokenStore& tokens) : files_(files), tokens_(tokens) {}
  std::string_view methods() const override { return "HEAD, GET"; }
  void answer(const ApiCall& call, Reply reply) override;

 private:
  const GroupFiles& files_;
  TokenStore& tokens_;
};

}  // namespace halcyon::signald
