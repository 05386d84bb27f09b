#include "mediad/track/packet_cache.h"

#include <doctest/doctest.h>

using namespace halcyon;
using namespace halcyon::mediad;

namespace {

constexpr std::uint64_t kFirst = 65536 + 65500;

void put(PacketCache& cache, std::uint64_t sequence) {
  const auto packet = cache.claim(sequence);
  REQUIRE(packet);
  (*packet)->rtp_timestamp = static_cast<std::uint32_t>(sequence * 7);
  (*packet)->size = 12;
}

}  // namespace

TEST_CASE("a cache finds its last packets by number and no others") {
  PacketCache cache(128);
  CHECK(cache.find(0) == nullptr);
  CHECK(cache.oldest_acceptable() == 0);
  for (std::uint64_t n = kFirst; n < kFirst + 300; ++n) put(cache, n);
  CHECK(cache.highest() == kFirst + 299);
  CHECK(cache.oldest_acceptable() == kFirst + 172);
  for (std::uint64_t n = kFirst + 172; n < kFirst + 300; ++n) {
    const CachedPacket* packet = cache.find(n);
    REQUIRE(packet != nullptr);
    CHECK(packet->rtp_timestamp == static_cast<std::uint32_t>(n * 7));
  }
  CHECK(cache.find(kFirst + 171) == nullptr);
  CHECK(cache.find(kFirst + 300) == nullptr);
}

TEST_CASE("duplicates and packets that are too old are refused") {
  PacketCache cache(24);
  put(cache, kFirst + 100);
  CHECK(cache.claim(kFirst + 100).error() == CacheRefusal::kDuplicate);
  CHECK(cache.claim(kFirst + 76).error() == CacheRefusal::kTooOld);
  put(cache, kFirst + 77);
  CHECK(cache.claim(kFirst + 77).error() == CacheRefusal::kDuplicate);
  CHECK(cache.highest() == kFirst + 100);
}

TEST_CASE("a hole stays a hole, even where an older packet has its place") {
  PacketCache cache(24);
  put(cache, kFirst);
  put(cache, kFirst + 30);
  CHECK(cache.find(kFirst + 24) == nullptr);
  CHECK(cache.find(kFirst + 29) == nullptr);
}

TEST_CASE("growing keeps everything, shrinking keeps the newest") {
  PacketCache cache(128);
  for (std::uint64_t n = kFirst; n < kFirst + 128; ++n) {
    if (n % 10 != 0) put(cache, n);
  }
  const auto present = [&](std::uint64_t n) { return cache.find(n) != nullptr; };
  cache.resize(500);
  CHECK(cache.capacity() == 500);
  for (std::uint64_t n = kFirst; n < kFirst + 128; ++n) CHECK(present(n) == (n % 10 != 0));
  put(cache, kFirst + 400);
  CHECK(present(kFirst + 1));
  cache.resize(300);
  CHECK_FALSE(present(kFirst + 100));
  CHECK(present(kFirst + 101));
  CHECK(present(kFirst + 400));
  CHECK(cache.highest() == kFirst + 400);
}

TEST_CASE("growing does not let a forgotten packet in again") {
  PacketCache cache(24);
  for (std::uint64_t n = kFirst; n < kFirst + 100; ++n) put(cache, n);
  cache.resize(200);
  CHECK(cache.claim(kFirst + 10).error() == CacheRefusal::kTooOld);
  CHECK(cache.claim(kFirst + 90).error() == CacheRefusal::kDuplicate);
  CHECK(cache.oldest_acceptable() == kFirst + 76);
}
