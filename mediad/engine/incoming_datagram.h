#pragma once

#include <cstdint>
#include <span>

#include "mediad/ice/ice_lite_session.h"

namespace halcyon::mediad {

/// A datagram, or a frame of a TCP connection, and where it came from. Borrows the bytes.
struct IncomingDatagram {
  TransportAddress from;
  std::span<std::uint8_t> bytes;
};

}  // namespace halcyon::mediad
