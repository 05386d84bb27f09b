#pragma once

#include <cstdint>

#include "common/units/time.h"
#include "signald/http/http_message.h"

struct lws;

namespace halcyon::signald {

/// Sends one response on one libwebsockets transaction, as much at a time as the connection takes.
class ResponseWriter {
 public:
  enum class Outcome {
    kMore,      // call step() again when the connection is writable
    kFinished,  // the transaction is complete
    kFailed,    // close the connection
  };
  ResponseWriter(Response response, bool head_only, bool close_after)
      : response_(std::move(response)), head_only_(head_only), close_after_(close_after) {}

  Outcome step(lws* wsi, WallTime now);

 private:
  bool write_head(lws* wsi, WallTime now);
  bool has_body() const;
  Outcome write_some(lws* wsi);
  /// The next bytes of the body, at most `room`; negative when the file fails.
  std::int64_t fill(unsigned char* out, std::size_t room);

  Response response_;
  bool head_only_;
  bool close_after_;
  bool head_written_ = false;
  std::size_t part_ = 0;
  std::uint64_t part_offset_ = 0;
  std::uint64_t remaining_ = 0;
};

}  // namespace halcyon::signald
