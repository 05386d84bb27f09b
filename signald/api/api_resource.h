#pragma once

#include <memory>
#include <string_view>

#include "common/units/moment.h"
#include "signald/api/api_path.h"
#include "signald/http/handler.h"

namespace halcyon::signald {

/// A request of somebody who may make it. Its method is one that the resource has.
struct ApiCall {
  std::shared_ptr<const Request> request;
  ApiPath path;
  Moment now;
};

/// What stands behind one kind of path of the administrative interface. Who is asking, and how, has
/// been checked before.
class ApiResource {
 public:
  virtual ~ApiResource() = default;
  /// For Allow and preflights, without OPTIONS: "HEAD, GET".
  virtual std::string_view methods() const = 0;
  /// Replies once, at once or later, on the loop.
  virtual void answer(const ApiCall& call, Reply reply) = 0;
};

}  // namespace halcyon::signald
