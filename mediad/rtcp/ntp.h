#pragma once

#include <cstdint>

#include "common/units/time.h"

namespace halcyon::mediad {

/// NTP time as RTCP has it (RFC 3550 4): 32.32 fixed point, seconds since 1900. After 2036 the
/// seconds start again from 0, here as on the wire.
std::uint64_t ntp_from_wall_time(WallTime time);

/// The middle 32 bits, the unit of LSR and DLSR: 1/65536 s.
constexpr std::uint32_t ntp_middle(std::uint64_t ntp) {
  return static_cast<std::uint32_t>(ntp >> 16);
}

/// A span in 1/65536 s (DLSR), limited to what 32 bits hold; a negative one gives 0.
std::uint32_t ntp_middle_from(TimeDelta span);
TimeDelta span_from_ntp_middle(std::uint32_t middle);
/// The difference of two NTP times, rounded to microseconds; right across the change of era.
TimeDelta ntp_difference(std::uint64_t later, std::uint64_t earlier);

}  // namespace halcyon::mediad
