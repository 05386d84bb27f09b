// What is accepted in batches must be what libsrtp accepts packet by packet, byte for byte.
#include "mediad/srtp/incoming_rtp.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <random>
#include <vector>

#include "mediad/srtp/srtp_session.h"

using namespace halcyon;
using namespace halcyon::mediad;

namespace {

using Bytes = std::vector<std::uint8_t>;

SrtpKeys some_keys() {
  SrtpKeys keys;
  for (std::size_t i = 0; i < keys.send.size(); ++i) {
    keys.send[i] = static_cast<std::uint8_t>(i);
    keys.receive[i] = static_cast<std::uint8_t>(7 * i + 1);
  }
  return keys;
}

/// Somebody who sends, and the receiver twice: with libsrtp, and with batches.
struct Link {
  explicit Link(MultiBuffer* multi_buffer, SrtpTag tag = SrtpTag::k80Bits) {
    const SrtpKeys keys = some_keys();
    sender = std::move(SrtpSession::create({keys.receive, keys.send}, tag).value());
    reference = std::move(SrtpSession::create(keys, tag).value());
    tested = std::move(SrtpSession::create(keys, tag).value());
    if (multi_buffer != nullptr) REQUIRE(tested->use(*multi_buffer));
  }
  Bytes protect(std::uint32_t ssrc, std::uint16_t number, std::size_t payload, unsigned csrcs = 0) {
    Bytes p{static_cast<std::uint8_t>(0x80 | csrcs),
            96,
            static_cast<std::uint8_t>(number >> 8),
            static_cast<std::uint8_t>(number),
            0,
            0,
            0,
            1};
    for (int i = 0; i < 4; ++i) p.push_back(static_cast<std::uint8_t>(ssrc >> (24 - 8 * i)));
    p.resize(p.size() + 4 * csrcs + payload, static_cast<std::uint8_t>(number));
    const std::size_t size = p.size();
    p.resize(size + kSrtpMaxTrailer);
    p.resize(sender->protect_rtp(p, size).value_or(0));
    return p;
  }
  /// Gives both receivers the same packets, one of them all at once.
  void compare(const std::vector<Bytes>& batch) {
    std::vector<Bytes> expected = batch;
    std::vector<Bytes> got = batch;
    std::vector<RtpToUnprotect> packets;
    for (Bytes& p : got) packets.push_back({.session = &*tested, .packet = p});
    SrtpSession::unprotect_rtp(packets);
    for (std::size_t i = 0; i < batch.size(); ++i) {
      CAPTURE(i);
      const auto size = reference->unprotect_rtp(expected[i]);
      // Of two faults of a packet either may be noticed first.
      const bool malformed = packets[i].plain_size == make_unexpected(SrtpError::kMalformed);
      if (malformed) {
        REQUIRE_FALSE(size);
      } else {
        REQUIRE(packets[i].plain_size == size);
      }
      if (size) ++accepted;
      const auto end = got[i].begin() + static_cast<std::ptrdiff_t>(size.value_or(0));
      REQUIRE(std::equal(got[i].begin(), end, expected[i].begin()));
    }
  }

  std::optional<SrtpSession> sender;
  std::optional<SrtpSession> reference;
  std::optional<SrtpSession> tested;
  unsigned accepted = 0;
};

std::unique_ptr<MultiBuffer> multi_buffer() {
  auto made = MultiBuffer::create();
  if (!made) MESSAGE("no multi-buffer library here: libsrtp is compared with itself");
  return made;
}

constexpr SrtpTag kTags[] = {SrtpTag::k80Bits, SrtpTag::k32Bits};

}  // namespace

TEST_CASE("packets of all sizes are read as by libsrtp") {
  const auto mb = multi_buffer();
  for (const SrtpTag tag : kTags) {
    Link link(mb.get(), tag);
    std::uint16_t number = 65'000;
    for (std::size_t payload = 0; payload <= 1'400; payload += payload < 200 ? 1 : 13) {
      link.compare({link.protect(1, number++, payload, payload % 16)});
    }
    CHECK(link.accepted == 293);
  }
}

TEST_CASE("a batch with repetitions, forgeries and several SSRCs is judged as by libsrtp") {
  const auto mb = multi_buffer();
  for (std::uint32_t seed = 0; seed < 40; ++seed) {
    CAPTURE(seed);
    std::mt19937 chance(seed);
    Link link(mb.get(), kTags[seed % 2]);
    std::uint16_t next[3];
    for (auto& n : next) n = static_cast<std::uint16_t>(chance());
    std::vector<Bytes> sent;
    for (unsigned round = 0; round < 40; ++round) {
      std::vector<Bytes> batch;
      const unsigned count = 1 + chance() % 70;
      for (unsigned i = 0; i < count; ++i) {
        const std::uint32_t k = chance() % 3;
        const std::uint32_t kind = chance() % 12;
        if (kind == 0 && !sent.empty()) {  // again, lately or long ago
          batch.push_back(sent[chance() % sent.size()]);
          continue;
        }
        if (kind == 1) next[k] = static_cast<std::uint16_t>(next[k] + chance() % 900);
        if (kind == 2 && chance() % 10 == 0) next[k] = static_cast<std::uint16_t>(next[k] + 30'000);
        Bytes packet = link.protect(0xfffffffe + k, next[k]++, chance() % 100);
        sent.push_back(packet);
        if (kind == 3) {  // changed on the way
          packet[chance() % packet.size()] ^= static_cast<std::uint8_t>(1 << chance() % 8);
        } else if (kind == 4) {  // cut off
          packet.resize(chance() % packet.size());
        } else if (kind == 5) {  // overtaken
          batch.insert(batch.begin() + static_cast<std::ptrdiff_t>(chance() % (batch.size() + 1)),
                       packet);
          continue;
        }
        batch.push_back(packet);
      }
      link.compare(batch);
    }
    CHECK(link.accepted > 500);
  }
}

TEST_CASE("a stream that begins right before its numbers wrap is followed within one batch") {
  const auto mb = multi_buffer();
  Link link(mb.get());
  std::vector<Bytes> batch;
  for (std::uint32_t n = 65'530; n < 65'545; ++n) {
    batch.push_back(link.protect(1, static_cast<std::uint16_t>(n), 20));
  }
  link.compare(batch);
  CHECK(link.accepted == 15);
}

TEST_CASE("a jump by half a cycle within a batch is followed as by libsrtp") {
  const auto mb = multi_buffer();
  Link link(mb.get());
  std::vector<Bytes> batch;
  for (const std::uint16_t n : {0x7000, 0x7001, 0xefff, 0xf000, 0x0005, 0x0006, 0x0004}) {
    batch.push_back(link.protect(1, n, 20));
  }
  link.compare(batch);
  CHECK(link.accepted == 7);
}

TEST_CASE("a packet that comes twice in a batch is accepted once") {
  const auto mb = multi_buffer();
  Link link(mb.get());
  link.compare({link.protect(1, 1, 20)});
  const Bytes packet = link.protect(1, 2, 20);
  link.compare({packet, packet, link.protect(1, 3, 20), packet});
  CHECK(link.accepted == 3);
}

TEST_CASE("forged packets in a batch keep no genuine one out") {
  const auto mb = multi_buffer();
  Link link(mb.get());
  link.compare({link.protect(1, 100, 20)});
  std::vector<Bytes> batch;
  for (std::uint16_t n = 101; n < 120; ++n) {
    // The same number, a number far ahead, and an SSRC that nobody has.
    const Bytes good = link.protect(1, n, 20);
    for (const std::size_t at : {std::size_t{15}, std::size_t{2}, std::size_t{8}}) {
      Bytes bad = good;
      bad[at] ^= 0x40;
      batch.push_back(bad);
    }
    batch.push_back(good);
  }
  link.compare(batch);
  CHECK(link.accepted == 20);
}

TEST_CASE("sessions with and without batches may share a call") {
  const auto mb = multi_buffer();
  Link with(mb.get());
  Link without(nullptr);
  Bytes a = with.protect(1, 1, 30), b = without.protect(1, 1, 40), c = with.protect(1, 2, 50);
  std::vector<RtpToUnprotect> packets{{.session = &*with.tested, .packet = a},
                                      {.session = &*without.tested, .packet = b},
                                      {.session = &*with.tested, .packet = c}};
  SrtpSession::unprotect_rtp(packets);
  CHECK(packets[0].plain_size == 42);
  CHECK(packets[1].plain_size == 52);
  CHECK(packets[2].plain_size == 62);
}
