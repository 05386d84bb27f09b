#pragma once

#include <cstddef>

namespace halcyon::bench {

/// What this machine's kernel takes for one datagram of `size` bytes sent by sendmmsg in batches of
/// 64, round robin to `receivers` sockets on loopback: microseconds of CPU. The least that
/// forwarding a packet can cost without GSO.
double sendmmsg_us_per_packet(std::size_t receivers, std::size_t size);

}  // namespace halcyon::bench
