#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "signald/http/handler.h"

namespace halcyon::signald {

/// Answers as the test says, and keeps what it was asked.
class TestHandler final : public Handler {
 public:
  std::size_t body_limit(const Request&) const override { return limit; }
  void handle(const Request& request, Moment, Reply reply) override {
    requests.push_back(request);
    if (answers_at_once) {
      reply(response);
    } else {
      replies.push_back(std::move(reply));
    }
  }

  std::size_t limit = 0;
  bool answers_at_once = true;
  Response response;
  std::vector<Request> requests;
  std::vector<Reply> replies;
};

}  // namespace halcyon::signald
