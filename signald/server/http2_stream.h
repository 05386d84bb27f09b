#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "signald/server/body_reader.h"
#include "signald/server/http2_head.h"

namespace halcyon::signald {

/// Where a reply goes. Shared by the stream and the Reply that its handler holds; empty once the
/// stream has its answer or is gone.
struct Http2ReplySlot {
  std::function<void(Response)> answer;
};

/// One request and its response.
struct Http2Stream {
  enum class State {
    kHead,      // its fields are arriving
    kBody,      // its body is
    kReady,     // complete, and not yet with its handler
    kHandling,  // the handler has it
    kAnswered,  // there is a response, not yet begun
    kSending,
  };

  Http2Stream() = default;
  Http2Stream(const Http2Stream&) = delete;
  Http2Stream& operator=(const Http2Stream&) = delete;
  ~Http2Stream() {
    if (slot) slot->answer = nullptr;
  }

  State state = State::kHead;
  bool head_only = false;         // the response has no body
  bool request_complete = false;  // the client will send no more
  bool given_up = false;          // it made no progress, and is being reset
  Timestamp progress;             // of a body, either way
  Http2Head head;                 // as long as that arrives
  Request request;
  BodyAllowance allowance;
  std::size_t body_size = 0;    // so far, kept or not
  std::size_t answer_held = 0;  // bytes of the response in memory
  std::shared_ptr<Http2ReplySlot> slot;
  std::optional<Response> response;
  std::optional<BodyReader> body;  // of the response
};

}  // namespace halcyon::signald
