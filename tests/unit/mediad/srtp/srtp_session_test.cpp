#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <vector>

#include "common/encoding/hex.h"
#include "mediad/srtp/srtp_session.h"

using namespace halcyon;
using namespace halcyon::mediad;

namespace {

using Bytes = std::vector<std::uint8_t>;

SrtpKeys keys_of(std::uint8_t send, std::uint8_t receive) {
  SrtpKeys keys;
  for (std::size_t i = 0; i < 30; ++i) {
    keys.send[i] = static_cast<std::uint8_t>(send + i);
    keys.receive[i] = static_cast<std::uint8_t>(receive + i);
  }
  return keys;
}

SrtpSession session(const SrtpKeys& keys) { return std::move(SrtpSession::create(keys).value()); }

Bytes rtp(std::uint16_t sequence_number, std::uint32_t ssrc = 0x11223344) {
  Bytes packet{0x80, 96, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 'm', 'e', 'd', 'i', 'a'};
  packet[2] = static_cast<std::uint8_t>(sequence_number >> 8);
  packet[3] = static_cast<std::uint8_t>(sequence_number);
  for (std::size_t i = 0; i < 4; ++i)
    packet[8 + i] = static_cast<std::uint8_t>(ssrc >> (24 - 8 * i));
  return packet;
}

Bytes rtcp(std::uint32_t ssrc = 0) {
  Bytes packet{0x80, 201, 0, 1, 0, 0, 0, 0};
  for (std::size_t i = 0; i < 4; ++i)
    packet[4 + i] = static_cast<std::uint8_t>(ssrc >> (24 - 8 * i));
  return packet;
}

Bytes protect_rtp(SrtpSession& by, Bytes packet) {
  const std::size_t size = packet.size();
  packet.resize(size + kSrtpMaxTrailer);
  packet.resize(by.protect_rtp(packet, size).value());
  return packet;
}

Bytes protect_rtcp(SrtpSession& by, Bytes packet) {
  const std::size_t size = packet.size();
  packet.resize(size + kSrtpMaxTrailer);
  packet.resize(by.protect_rtcp(packet, size).value());
  return packet;
}

/// The plain packet, or empty with the error in `error`.
Bytes unprotect_rtp(SrtpSession& by, Bytes packet, SrtpError* error = nullptr) {
  const auto size = by.unprotect_rtp(packet);
  if (!size && error != nullptr) *error = size.error();
  packet.resize(size.value_or(0));
  return packet;
}

/// Both ends of a transport, by libsrtp or by a MultiBuffer, which keep the same promises.
struct Ends {
  explicit Ends(MultiBuffer* multi_buffer) {
    if (multi_buffer == nullptr) return;
    REQUIRE(a.use(*multi_buffer));
    REQUIRE(b.use(*multi_buffer));
  }
  SrtpSession a = session(keys_of(1, 101));
  SrtpSession b = session(keys_of(101, 1));
};

/// Calls it without a MultiBuffer, and with one if there is one here.
void for_each_way(const std::function<void(MultiBuffer*)>& test) {
  test(nullptr);
  if (const auto multi_buffer = MultiBuffer::create()) {
    CAPTURE(multi_buffer->instruction_set());
    test(multi_buffer.get());
  }
}

}  // namespace

TEST_CASE("SRTP and SRTCP agree with libsrtp's published vectors") {
  SrtpKeys keys;
  const Bytes master =
      hex_decode("e1f97a0d3e018be0d64fa32c06de41390ec675ad498afeebb6960b3aabe6").value();
  std::copy(master.begin(), master.end(), keys.send.begin());
  SrtpSession sender = session(keys);
  CHECK(hex_encode(protect_rtp(
            sender,
            hex_decode("800f1234decafbadcafebabeabababababababababababababababab").value())) ==
        "800f1234decafbadcafebabe4e55dc4ce79978d88ca4d215949d2402b78d6acc99ea179b8dbb");
  CHECK(hex_encode(protect_rtcp(
            sender, hex_decode("81c8000bcafebabeabababababababababababababababab").value())) ==
        "81c8000bcafebabe7128035be487b9bdbef89041f977a5a880000001993e08cd54d6c1230798");
}

TEST_CASE("each end reads what the other protected, and not what it protected itself") {
  for_each_way([](MultiBuffer* multi_buffer) {
    Ends ends(multi_buffer);
    CHECK(unprotect_rtp(ends.b, protect_rtp(ends.a, rtp(1))) == rtp(1));
    CHECK(unprotect_rtp(ends.a, protect_rtp(ends.b, rtp(1))) == rtp(1));
    SrtpError error{};
    CHECK(unprotect_rtp(ends.a, protect_rtp(ends.a, rtp(2)), &error).empty());
    CHECK(error == SrtpError::kAuthentication);

    Bytes report = protect_rtcp(ends.a, rtcp());
    CHECK(report.size() == rtcp().size() + 14);
    report.resize(ends.b.unprotect_rtcp(report).value());
    CHECK(report == rtcp());
  });
}

TEST_CASE("a changed packet fails authentication and does no harm") {
  for_each_way([](MultiBuffer* multi_buffer) {
    Ends ends(multi_buffer);
    const Bytes good = protect_rtp(ends.a, rtp(1));
    for (std::size_t i = 0; i < good.size(); ++i) {
      CAPTURE(i);
      Bytes bad = good;
      bad[i] ^= 1;
      CHECK(unprotect_rtp(ends.b, bad).empty());
    }
    SrtpError error{};
    Bytes bad = good;
    bad.back() ^= 1;
    CHECK(unprotect_rtp(ends.b, bad, &error).empty());
    CHECK(error == SrtpError::kAuthentication);
    CHECK(unprotect_rtp(ends.b, good) == rtp(1));

    const Bytes report = protect_rtcp(ends.a, rtcp());
    for (std::size_t i = 0; i < report.size(); ++i) {
      CAPTURE(i);
      Bytes changed = report;
      changed[i] ^= 1;
      CHECK_FALSE(ends.b.unprotect_rtcp(changed));
    }
  });
}

TEST_CASE("a replayed packet is refused") {
  for_each_way([](MultiBuffer* multi_buffer) {
    Ends ends(multi_buffer);
    const Bytes packet = protect_rtp(ends.a, rtp(1));
    CHECK(unprotect_rtp(ends.b, packet) == rtp(1));
    SrtpError error{};
    CHECK(unprotect_rtp(ends.b, packet, &error).empty());
    CHECK(error == SrtpError::kReplay);
    Bytes report = protect_rtcp(ends.a, rtcp());
    Bytes again = report;
    CHECK(ends.b.unprotect_rtcp(report));
    CHECK(ends.b.unprotect_rtcp(again).error() == SrtpError::kReplay);
  });
}

TEST_CASE("sending a sequence number again gives the same bytes") {
  for_each_way([](MultiBuffer* multi_buffer) {
    Ends ends(multi_buffer);
    const Bytes first = protect_rtp(ends.a, rtp(1));
    for (std::uint16_t i = 2; i < 3000; ++i) protect_rtp(ends.a, rtp(i));
    CHECK(protect_rtp(ends.a, rtp(1)) == first);
  });
}

TEST_CASE("the replay window is 512 packets wide") {
  for_each_way([](MultiBuffer* multi_buffer) {
    Ends ends(multi_buffer);
    const Bytes old = protect_rtp(ends.a, rtp(1000));
    const Bytes oldest_allowed = protect_rtp(ends.a, rtp(1001));
    CHECK(unprotect_rtp(ends.b, protect_rtp(ends.a, rtp(1512))) == rtp(1512));
    CHECK(unprotect_rtp(ends.b, oldest_allowed) == rtp(1001));
    SrtpError error{};
    CHECK(unprotect_rtp(ends.b, old, &error).empty());
    CHECK(error == SrtpError::kReplay);
  });
}

TEST_CASE("a wrap of the sequence number is followed on both sides") {
  for_each_way([](MultiBuffer* multi_buffer) {
    Ends ends(multi_buffer);
    for (std::uint32_t i = 65'000; i < 66'000; ++i) {
      const Bytes packet = rtp(static_cast<std::uint16_t>(i));
      REQUIRE(unprotect_rtp(ends.b, protect_rtp(ends.a, packet)) == packet);
    }
  });
}

TEST_CASE("packets too short or not of version 2 are malformed") {
  for_each_way([](MultiBuffer* multi_buffer) {
    Ends ends(multi_buffer);
    const Bytes good = protect_rtp(ends.a, rtp(1));
    for (std::size_t size = 0; size < 22; ++size) {
      Bytes cut(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size));
      CHECK(ends.b.unprotect_rtp(cut).error() == SrtpError::kMalformed);
      CHECK(ends.b.unprotect_rtcp(cut).error() == SrtpError::kMalformed);
    }
    Bytes version1 = good;
    version1[0] = 0x40;
    CHECK(ends.b.unprotect_rtp(version1).error() == SrtpError::kMalformed);
    Bytes endless_extension = good;
    endless_extension[0] = 0x90;
    endless_extension[14] = 0xff;
    CHECK_FALSE(ends.b.unprotect_rtp(endless_extension));
    Bytes many_sources = good;
    many_sources[0] = 0x8f;
    CHECK_FALSE(ends.b.unprotect_rtp(many_sources));
  });
}

TEST_CASE("protecting needs a header and room for the trailer") {
  for_each_way([](MultiBuffer* multi_buffer) {
    Ends ends(multi_buffer);
    Bytes packet = rtp(1);
    const std::size_t size = packet.size();
    CHECK(ends.a.protect_rtp(packet, size).error() == SrtpError::kNoRoom);
    CHECK(ends.a.protect_rtp(packet, size + 1).error() == SrtpError::kNoRoom);
    packet.resize(size + kSrtpMaxTrailer - 1);
    CHECK(ends.a.protect_rtp(packet, size).error() == SrtpError::kNoRoom);
    CHECK(ends.a.protect_rtcp(packet, size).error() == SrtpError::kNoRoom);
    CHECK(ends.a.protect_rtp(packet, 11).error() == SrtpError::kMalformed);
    CHECK(ends.a.protect_rtcp(packet, 7).error() == SrtpError::kMalformed);
  });
}

TEST_CASE("the number of SSRCs a peer may use is bounded, and forged ones do not count") {
  for_each_way([](MultiBuffer* multi_buffer) {
    Ends ends(multi_buffer);
    for (std::uint32_t ssrc = 0; ssrc < 2 * kSrtpMaxInboundSsrcs; ++ssrc) {
      Bytes forged = protect_rtp(ends.a, rtp(1, 10'000 + ssrc));
      forged.back() ^= 1;
      SrtpError error{};
      CHECK(unprotect_rtp(ends.b, forged, &error).empty());
      REQUIRE(error == SrtpError::kAuthentication);
    }
    for (std::uint32_t ssrc = 0; ssrc < kSrtpMaxInboundSsrcs; ++ssrc) {
      REQUIRE_FALSE(unprotect_rtp(ends.b, protect_rtp(ends.a, rtp(1, ssrc))).empty());
    }
    SrtpError error{};
    CHECK(unprotect_rtp(ends.b, protect_rtp(ends.a, rtp(1, 5000)), &error).empty());
    CHECK(error == SrtpError::kNoRoom);
    Bytes report = protect_rtcp(ends.a, rtcp(5000));
    CHECK(ends.b.unprotect_rtcp(report).error() == SrtpError::kNoRoom);
    CHECK_FALSE(unprotect_rtp(ends.b, protect_rtp(ends.a, rtp(2, 7))).empty());
  });
}

TEST_CASE("a session keeps working after it has moved") {
  for_each_way([](MultiBuffer* multi_buffer) {
    Ends ends(multi_buffer);
    SrtpSession moved = std::move(ends.a);
    CHECK(unprotect_rtp(ends.b, protect_rtp(moved, rtp(1))) == rtp(1));
  });
}
