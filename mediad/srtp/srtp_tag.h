#pragma once

#include <cstddef>

namespace halcyon::mediad {

/// What SRTP_AES128_CM_HMAC_SHA1_80 and …_32 differ in (RFC 5764 4.1.2): the bytes of the tag on an
/// RTP packet. RTCP has ten with both.
enum class SrtpTag : std::size_t { k80Bits = 10, k32Bits = 4 };

}  // namespace halcyon::mediad
