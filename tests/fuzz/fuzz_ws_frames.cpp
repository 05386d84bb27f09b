#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "common/check/check.h"
#include "signald/ws/frame_gate.h"

using namespace halcyon;
using namespace halcyon::signald;

/// A client's bytes in pieces of the given size, until they are refused.
static bool admitted(std::string_view bytes, std::size_t piece) {
  FrameGate gate;
  while (!bytes.empty()) {
    if (!gate.admit(bytes.substr(0, piece))) return false;
    bytes.remove_prefix(std::min(piece, bytes.size()));
  }
  return true;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  // However the network cuts them, the same bytes pass or not.
  const bool whole = admitted(bytes, size);
  for (const std::size_t piece : {1, 2, 7}) check(admitted(bytes, piece) == whole);
  FrameWalker walker;
  std::string_view rest = bytes;
  while (const std::optional<FrameHeader> header = walker.advance(rest)) {
    check(header->reserved <= 7 && header->opcode <= 15);
  }
  check(rest.empty());
  return 0;
}
