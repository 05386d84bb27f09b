#pragma once

#include <string_view>

#include "signald/ws/frame_header.h"

namespace halcyon::signald {

/// Holds a client to the rules of RFC 6455 5.1 to 5.5 for what stands in front of payloads, of
/// which libwebsockets lets some pass: that frames are masked, above all.
class FrameGate {
 public:
  /// Looks at further bytes of a client. False: they break a rule, and the connection must end with
  /// close code 1002.
  bool admit(std::string_view bytes);

 private:
  bool admit_frame(const FrameHeader& header);

  FrameWalker walker_;
  bool in_message_ = false;  // a fragmented one has begun
};

}  // namespace halcyon::signald
