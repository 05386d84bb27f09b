// What the batches give must be what libsrtp gives, byte for byte.
#include "mediad/srtp/multi_buffer.h"

#include <doctest/doctest.h>

#include <random>
#include <vector>

#include "mediad/srtp/srtp_session.h"

using namespace halcyon;
using namespace halcyon::mediad;

namespace {

using Bytes = std::vector<std::uint8_t>;

class Chance {
 public:
  explicit Chance(std::uint32_t seed) : engine_(seed) {}
  /// 0..end-1
  std::uint32_t below(std::uint32_t end) { return engine_() % end; }
  std::uint8_t byte() { return static_cast<std::uint8_t>(engine_()); }

 private:
  std::mt19937 engine_;
};

SrtpSession make_session(const SrtpKeys& keys, MultiBuffer* multi_buffer, SrtpTag tag) {
  SrtpSession session = std::move(SrtpSession::create(keys, tag).value());
  if (multi_buffer != nullptr) REQUIRE(session.use(*multi_buffer));
  return session;
}

/// The same session twice: with libsrtp only, and with or without batches.
struct Twin {
  SrtpSession reference;
  SrtpSession tested;
};

Twin make_twin(Chance& chance, MultiBuffer* multi_buffer, SrtpTag tag) {
  SrtpKeys keys;
  for (auto& b : keys.send) b = chance.byte();
  for (auto& b : keys.receive) b = chance.byte();
  return {make_session(keys, nullptr, tag), make_session(keys, multi_buffer, tag)};
}

struct Shape {
  std::uint32_t ssrc = 1;
  std::uint16_t sequence_number = 0;
  unsigned csrcs = 0;
  unsigned extension_words = 0;
  bool extension = false;
  std::size_t payload = 0;
};

Bytes make_packet(Chance& chance, const Shape& shape) {
  Bytes p{static_cast<std::uint8_t>(0x80 | (shape.extension ? 0x10 : 0) | shape.csrcs),
          static_cast<std::uint8_t>(chance.byte() & 0x7f),
          static_cast<std::uint8_t>(shape.sequence_number >> 8),
          static_cast<std::uint8_t>(shape.sequence_number)};
  for (int i = 0; i < 4; ++i) p.push_back(chance.byte());
  for (int i = 0; i < 4; ++i) p.push_back(static_cast<std::uint8_t>(shape.ssrc >> (24 - 8 * i)));
  for (unsigned i = 0; i < 4 * shape.csrcs; ++i) p.push_back(chance.byte());
  if (shape.extension) {
    p.insert(p.end(), {0xbe, 0xde, 0, static_cast<std::uint8_t>(shape.extension_words)});
    for (unsigned i = 0; i < 4 * shape.extension_words; ++i) p.push_back(chance.byte());
  }
  for (std::size_t i = 0; i < shape.payload; ++i) p.push_back(chance.byte());
  return p;
}

/// A packet with a guarded end: the batch may write no more than the trailer's room.
struct Work {
  static constexpr std::uint8_t kGuard = 0xa5;
  static constexpr std::size_t kGuardSize = 64;

  Work(Twin& t, const Bytes& packet) : twin(&t), size(packet.size()), buffer(packet) {
    buffer.resize(size + kSrtpMaxTrailer + kGuardSize, kGuard);
  }
  std::span<std::uint8_t> room() { return std::span(buffer).first(size + kSrtpMaxTrailer); }

  Twin* twin;
  std::size_t size;
  Bytes buffer;
};

/// Protects in one batch, and one by one with libsrtp.
void compare(std::vector<Work>& batch) {
  std::vector<Bytes> expected;
  std::vector<Result<std::size_t, SrtpError>> expected_sizes;
  for (Work& w : batch) {
    Bytes copy = w.buffer;
    expected_sizes.push_back(
        w.twin->reference.protect_rtp(std::span(copy).first(w.size + kSrtpMaxTrailer), w.size));
    copy.resize(expected_sizes.back().value_or(0));
    expected.push_back(std::move(copy));
  }
  std::vector<RtpToProtect> packets;
  for (Work& w : batch) {
    packets.push_back({.session = &w.twin->tested, .buffer = w.room(), .size = w.size});
  }
  SrtpSession::protect_rtp(packets);
  for (std::size_t i = 0; i < batch.size(); ++i) {
    CAPTURE(i);
    CAPTURE(batch[i].size);
    REQUIRE(packets[i].protected_size == expected_sizes[i]);
    const std::size_t size = packets[i].protected_size.value_or(0);
    REQUIRE(Bytes(batch[i].buffer.begin(),
                  batch[i].buffer.begin() + static_cast<std::ptrdiff_t>(size)) == expected[i]);
    for (std::size_t k = batch[i].size + kSrtpMaxTrailer; k < batch[i].buffer.size(); ++k) {
      REQUIRE(batch[i].buffer[k] == Work::kGuard);
    }
  }
}

/// Where the library is missing from the build, or useless on the processor, there is nothing to
/// compare: then create() says so, and sessions work without.
std::unique_ptr<MultiBuffer> multi_buffer() {
  auto made = MultiBuffer::create();
  if (!made) MESSAGE("no multi-buffer library here: libsrtp is compared with itself");
  return made;
}

constexpr SrtpTag kTags[] = {SrtpTag::k80Bits, SrtpTag::k32Bits};

}  // namespace

TEST_CASE("every size from an empty payload to a full frame comes out as from libsrtp") {
  const auto mb = multi_buffer();
  for (const SrtpTag tag : kTags) {
    Chance chance(1);
    Twin twin = make_twin(chance, mb.get(), tag);
    std::uint16_t sequence_number = 7;
    for (std::size_t payload = 0; payload <= 1460; payload += payload < 300 ? 1 : 7) {
      std::vector<Work> batch;
      batch.emplace_back(
          twin, make_packet(chance, {.sequence_number = sequence_number++, .payload = payload}));
      compare(batch);
    }
  }
}

TEST_CASE("batches of 1 to 33 packets of mixed sessions come out as from libsrtp") {
  const auto mb = multi_buffer();
  Chance chance(2);
  std::vector<Twin> twins;
  for (unsigned i = 0; i < 20; ++i) {
    // Every fifth does without batches.
    twins.push_back(make_twin(chance, i % 5 == 4 ? nullptr : mb.get(), kTags[i % 2]));
  }
  std::vector<std::uint16_t> next(twins.size(), 65'400);  // wraps on the way
  for (unsigned round = 0; round < 8; ++round) {
    for (unsigned count = 1; count <= 33; ++count) {
      CAPTURE(count);
      std::vector<Work> batch;
      for (unsigned i = 0; i < count; ++i) {
        const std::uint32_t k = chance.below(static_cast<std::uint32_t>(twins.size()));
        const bool extension = chance.below(3) == 0;
        batch.emplace_back(
            twins[k], make_packet(chance, {.ssrc = 5,
                                           .sequence_number = next[k]++,
                                           .csrcs = chance.below(4) == 0 ? chance.below(16) : 0,
                                           .extension_words = extension ? chance.below(6) : 0,
                                           .extension = extension,
                                           .payload = chance.below(1300)}));
      }
      compare(batch);
    }
  }
}

TEST_CASE("more packets than are worked on together come out as from libsrtp") {
  const auto mb = multi_buffer();
  Chance chance(3);
  Twin twin = make_twin(chance, mb.get(), SrtpTag::k80Bits);
  std::uint16_t sequence_number = 0;
  for (const std::size_t count : {MultiBuffer::kMaxBatch - 1, MultiBuffer::kMaxBatch,
                                  MultiBuffer::kMaxBatch + 1, 3 * MultiBuffer::kMaxBatch + 5}) {
    std::vector<Work> batch;
    for (std::size_t i = 0; i < count; ++i) {
      batch.emplace_back(twin, make_packet(chance, {.sequence_number = sequence_number++,
                                                    .payload = 1 + chance.below(1200)}));
    }
    compare(batch);
  }
}

TEST_CASE("all lengths of CSRC lists and header extensions stay in the clear as with libsrtp") {
  const auto mb = multi_buffer();
  Chance chance(4);
  Twin twin = make_twin(chance, mb.get(), SrtpTag::k80Bits);
  std::uint16_t sequence_number = 0;
  for (unsigned csrcs = 0; csrcs < 16; ++csrcs) {
    std::vector<Work> batch;
    for (unsigned words = 0; words < 20; ++words) {
      batch.emplace_back(twin, make_packet(chance, {.sequence_number = sequence_number++,
                                                    .csrcs = csrcs,
                                                    .extension_words = words,
                                                    .extension = true,
                                                    .payload = words % 3}));
    }
    compare(batch);
  }
}

TEST_CASE("jumps, late packets and wraps of several SSRCs get the indices of libsrtp") {
  const auto mb = multi_buffer();
  for (std::uint32_t seed = 0; seed < 60; ++seed) {
    CAPTURE(seed);
    Chance chance(100 + seed);
    Twin twin = make_twin(chance, mb.get(), kTags[seed % 2]);
    constexpr std::uint32_t kSsrcs[] = {0, 1, 0x80000000, 0xffffffff};
    std::uint16_t newest[4];
    for (auto& n : newest) n = static_cast<std::uint16_t>(chance.below(0x10000));
    for (unsigned step = 0; step < 100; ++step) {
      std::vector<Work> batch;
      for (unsigned i = 0; i <= chance.below(16); ++i) {
        const std::uint32_t k = chance.below(4);
        // Most go on by one; some lie anywhere; some are late, within the window and beyond it.
        const std::uint32_t kind = chance.below(10);
        std::uint32_t sequence_number = newest[k] + 1u;
        if (kind == 0) sequence_number = chance.below(0x10000);
        if (kind == 1) sequence_number = newest[k] - chance.below(5'000);
        if (kind == 2) sequence_number = newest[k] + chance.below(0x8000);
        if (kind != 1) newest[k] = static_cast<std::uint16_t>(sequence_number);
        batch.emplace_back(
            twin,
            make_packet(chance, {.ssrc = kSsrcs[k],
                                 .sequence_number = static_cast<std::uint16_t>(sequence_number),
                                 .payload = chance.below(64)}));
      }
      compare(batch);
    }
  }
}

TEST_CASE("a jump by half a cycle, and by one more or less, gets the index of libsrtp") {
  const auto mb = multi_buffer();
  Chance chance(9);
  for (const std::uint32_t from : {0u, 1u, 0x7fffu, 0x8000u, 0x8001u, 0xc000u, 0xffffu, 0x10000u,
                                   0x17fffu, 0x18000u, 0x18001u, 0x1ffffu}) {
    for (const std::uint32_t distance : {0x7fffu, 0x8000u, 0x8001u}) {
      CAPTURE(from);
      CAPTURE(distance);
      Twin twin = make_twin(chance, mb.get(), SrtpTag::k80Bits);
      std::vector<Work> batch;
      const auto add = [&](std::uint32_t sequence_number) {
        batch.emplace_back(
            twin,
            make_packet(chance, {.sequence_number = static_cast<std::uint16_t>(sequence_number),
                                 .payload = 30}));
      };
      for (std::uint32_t at = 0; at < from; at += 0x4000) add(at);
      add(from);
      add(from + distance);
      add(from + 1);
      add(from + distance + 1);
      compare(batch);
    }
  }
}

TEST_CASE("many wraps in a row are followed") {
  const auto mb = multi_buffer();
  Chance chance(5);
  Twin twin = make_twin(chance, mb.get(), SrtpTag::k80Bits);
  std::uint32_t sequence_number = 0;
  for (unsigned i = 0; i < 2'000; ++i) {
    std::vector<Work> batch;
    batch.emplace_back(
        twin, make_packet(chance, {.sequence_number = static_cast<std::uint16_t>(sequence_number),
                                   .payload = 20}));
    compare(batch);
    sequence_number += 0x6fff;  // some 870 cycles
  }
}

TEST_CASE("a packet that is refused spoils no other of its batch") {
  const auto mb = multi_buffer();
  Chance chance(6);
  Twin twin = make_twin(chance, mb.get(), SrtpTag::k80Bits);
  std::vector<Work> first;
  first.emplace_back(twin, make_packet(chance, {.sequence_number = 20'000, .payload = 100}));
  compare(first);
  std::vector<Work> batch;
  batch.emplace_back(twin, make_packet(chance, {.sequence_number = 20'001, .payload = 100}));
  batch.emplace_back(twin,
                     make_packet(chance, {.sequence_number = 10'000, .payload = 100}));  // old
  batch.emplace_back(twin, make_packet(chance, {.sequence_number = 20'002, .payload = 100}));
  batch.emplace_back(twin, Bytes{0x80, 96, 0, 1});                                // no header
  batch.emplace_back(twin, Bytes{0x82, 96, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0});  // CSRCs cut off
  batch.emplace_back(twin, make_packet(chance, {.sequence_number = 20'003, .payload = 100}));
  std::vector<RtpToProtect> packets;
  for (Work& w : batch) {
    packets.push_back({.session = &w.twin->tested, .buffer = w.room(), .size = w.size});
  }
  SrtpSession::protect_rtp(packets);
  CHECK(packets[0].protected_size == batch[0].size + 10);
  CHECK(packets[1].protected_size == make_unexpected(SrtpError::kReplay));
  CHECK(packets[2].protected_size == batch[2].size + 10);
  CHECK_FALSE(packets[3].protected_size);
  CHECK_FALSE(packets[4].protected_size);
  CHECK(packets[5].protected_size == batch[5].size + 10);
}

TEST_CASE("a packet alone and the same packet in a batch are one sequence") {
  const auto mb = multi_buffer();
  Chance chance(7);
  Twin twin = make_twin(chance, mb.get(), SrtpTag::k80Bits);
  for (std::uint32_t i = 65'500; i < 65'600; ++i) {
    const Bytes packet = make_packet(
        chance, {.sequence_number = static_cast<std::uint16_t>(i), .payload = chance.below(200)});
    std::vector<Work> batch;
    batch.emplace_back(twin, packet);
    if (i % 2 == 0) {
      compare(batch);
      continue;
    }
    Bytes expected = batch[0].buffer;
    const auto size = twin.reference.protect_rtp(expected, packet.size());
    REQUIRE(twin.tested.protect_rtp(batch[0].room(), packet.size()) == size);
    batch[0].buffer.resize(*size);
    expected.resize(*size);
    REQUIRE(batch[0].buffer == expected);
  }
}

TEST_CASE("RTCP is libsrtp's with batches as without") {
  const auto mb = multi_buffer();
  for (const SrtpTag tag : kTags) {
    SrtpKeys keys;
    keys.send.fill(3);
    keys.receive.fill(4);
    SrtpKeys turned{keys.receive, keys.send};
    SrtpSession a = make_session(keys, mb.get(), tag);
    SrtpSession b = make_session(turned, mb.get(), tag);
    Chance chance(8);
    for (std::uint32_t i = 65'530; i < 65'550; ++i) {
      const Bytes plain = make_packet(
          chance, {.sequence_number = static_cast<std::uint16_t>(i), .payload = chance.below(50)});
      Bytes packet = plain;
      packet.resize(plain.size() + kSrtpMaxTrailer);
      packet.resize(a.protect_rtp(packet, plain.size()).value());
      REQUIRE(packet.size() == plain.size() + static_cast<std::size_t>(tag));
      packet.resize(b.unprotect_rtp(packet).value());
      REQUIRE(packet == plain);
    }
    Bytes report{0x80, 201, 0, 1, 0, 0, 0, 1};
    report.resize(8 + kSrtpMaxTrailer);
    report.resize(a.protect_rtcp(report, 8).value());
    CHECK(report.size() == 8 + 4 + 10);
    CHECK(b.unprotect_rtcp(report) == 8u);
  }
}
