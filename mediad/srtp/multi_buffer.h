#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace halcyon::mediad {

/// The keys of one SRTP sender (RFC 3711 4.3) in the form that MultiBuffer works with.
struct SenderKeys {
  alignas(16) std::array<std::uint8_t, 11 * 16> cipher{};  // AES-128's round keys
  alignas(16) std::array<std::uint8_t, 20> inner{};        // SHA-1 after the HMAC's inner key block
  alignas(16) std::array<std::uint8_t, 20> outer{};        // and after its outer one
  std::array<std::uint8_t, 14> salt{};
};

enum class MultiBufferWork : std::uint8_t { kProtect, kUnprotect };

/// One RTP packet to protect or to unprotect. Four bytes behind its end are needed for the
/// roll-over counter, and `tag_size` for the tag; to be unprotected, it comes with its tag there.
struct MultiBufferJob {
  MultiBufferWork work = MultiBufferWork::kProtect;
  const SenderKeys* keys = nullptr;
  std::uint8_t* packet = nullptr;
  std::size_t header_size = 0;  // stays in the clear; the rest up to `size` is enciphered
  std::size_t size = 0;         // without tag
  std::size_t tag_size = 0;     // at most 20
  std::uint32_t ssrc = 0;
  std::uint64_t index = 0;  // 48 bits (RFC 3711 3.3.1)
  /// Set by run(); otherwise the packet is neither plain nor protected. A packet that is not
  /// authentic is not done.
  bool done = false;
};

/// AES-128 in counter mode and HMAC-SHA1 over many packets side by side, each with keys of its own:
/// what a fan-out to many receivers needs. Wraps intel-ipsec-mb. For one thread.
class MultiBuffer {
 public:
  /// How many packets are worked on together at most; more are taken in turns.
  static constexpr std::size_t kMaxBatch = 64;

  /// Null when it is not part of the build, or when the processor lacks AES instructions, without
  /// which nothing is gained.
  static std::unique_ptr<MultiBuffer> create();
  ~MultiBuffer();
  MultiBuffer(const MultiBuffer&) = delete;
  MultiBuffer& operator=(const MultiBuffer&) = delete;

  /// From a master key of 16 bytes and its salt of 14; nullopt if the library fails.
  std::optional<SenderKeys> derive_keys(std::span<const std::uint8_t, 30> master);
  /// Enciphers and authenticates in place, or the other way round. A packet may not occur twice.
  void run(std::span<MultiBufferJob> jobs);
  /// The instructions in use, for the log.
  std::string_view instruction_set() const;

 private:
  struct Impl;
  explicit MultiBuffer(std::unique_ptr<Impl> impl);
  void run_batch(std::span<MultiBufferJob> jobs);
  std::unique_ptr<Impl> impl_;
};

}  // namespace halcyon::mediad
