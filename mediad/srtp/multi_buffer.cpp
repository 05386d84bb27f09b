#include "mediad/srtp/multi_buffer.h"

#include <intel-ipsec-mb.h>

#include <algorithm>
#include <utility>

#include "common/check/check.h"

namespace halcyon::mediad {
namespace {

constexpr std::size_t kAesBlock = 16;
constexpr std::size_t kSha1Digest = 20;
constexpr std::size_t kSha1Block = 64;
constexpr std::size_t kMasterKey = 16;
constexpr std::size_t kAuthenticationKey = 20;
constexpr std::size_t kRolloverCounter = 4;

/// RFC 3711 4.3.1
enum class Label : std::uint8_t { kEncryption = 0, kAuthentication = 1, kSalt = 2 };
constexpr std::size_t kLabelOffset = 7;

using Block = std::array<std::uint8_t, kAesBlock>;

void put_be32(std::uint8_t* at, std::uint32_t value) {
  for (int i = 0; i < 4; ++i) at[i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
}

/// (salt * 2^16) XOR (SSRC * 2^64) XOR (index * 2^16), RFC 3711 4.1.1.
void write_counter(Block& counter, const MultiBufferJob& job) {
  std::copy(job.keys->salt.begin(), job.keys->salt.end(), counter.begin());
  counter[14] = counter[15] = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    counter[4 + i] ^= static_cast<std::uint8_t>(job.ssrc >> (24 - 8 * i));
  }
  for (std::size_t i = 0; i < 6; ++i) {
    counter[8 + i] ^= static_cast<std::uint8_t>(job.index >> (40 - 8 * i));
  }
}

struct FreeManager {
  void operator()(IMB_MGR* manager) const { free_mb_mgr(manager); }
};

void set_counter_mode(IMB_JOB& job, const void* round_keys, const Block& counter) {
  job.cipher_mode = IMB_CIPHER_CNTR;
  job.cipher_direction = IMB_DIR_ENCRYPT;
  job.enc_keys = round_keys;
  job.dec_keys = round_keys;
  job.key_len_in_bytes = kMasterKey;
  job.iv = counter.data();
  job.iv_len_in_bytes = kAesBlock;
}

/// What belongs to one packet in work; the library borrows it.
struct Lane {
  Block counter;
  std::array<std::uint8_t, kSha1Digest> digest;
  std::array<std::uint8_t, kSha1Digest> tag;  // that an incoming packet came with
};

/// Takes as long wherever the first difference is.
bool equal(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b) {
  std::uint8_t difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) difference |= a[i] ^ b[i];
  return difference == 0;
}

}  // namespace

struct MultiBuffer::Impl {
  std::unique_ptr<IMB_MGR, FreeManager> manager;
  alignas(64) std::array<Lane, kMaxBatch> lanes;

  bool keystream(const std::uint8_t* key, const Block& counter, std::span<std::uint8_t> out);
  void hash_key_block(const std::array<std::uint8_t, kAuthenticationKey>& key, std::uint8_t pad,
                      std::array<std::uint8_t, kSha1Digest>& state);
  void submit(MultiBufferJob& packet, Lane& lane);
  void take(const IMB_JOB* job);
};

bool MultiBuffer::Impl::keystream(const std::uint8_t* key, const Block& counter,
                                  std::span<std::uint8_t> out) {
  alignas(16) std::array<std::uint8_t, 11 * 16> encrypt_keys;
  alignas(16) std::array<std::uint8_t, 11 * 16> decrypt_keys;
  IMB_AES_KEYEXP_128(manager.get(), key, encrypt_keys.data(), decrypt_keys.data());
  std::fill(out.begin(), out.end(), std::uint8_t{0});
  IMB_JOB* job = IMB_GET_NEXT_JOB(manager.get());
  *job = {};
  set_counter_mode(*job, encrypt_keys.data(), counter);
  job->hash_alg = IMB_AUTH_NULL;
  job->chain_order = IMB_ORDER_CIPHER_HASH;
  job->src = job->dst = out.data();
  job->msg_len_to_cipher_in_bytes = out.size();
  const IMB_JOB* done = IMB_SUBMIT_JOB(manager.get());
  if (done == nullptr) done = IMB_FLUSH_JOB(manager.get());
  return done != nullptr && done->status == IMB_STATUS_COMPLETED;
}

void MultiBuffer::Impl::hash_key_block(const std::array<std::uint8_t, kAuthenticationKey>& key,
                                       std::uint8_t pad,
                                       std::array<std::uint8_t, kSha1Digest>& state) {
  std::array<std::uint8_t, kSha1Block> block;
  block.fill(pad);
  for (std::size_t i = 0; i < key.size(); ++i) block[i] ^= key[i];
  IMB_SHA1_ONE_BLOCK(manager.get(), block.data(), state.data());
}

void MultiBuffer::Impl::submit(MultiBufferJob& packet, Lane& lane) {
  const bool protect = packet.work == MultiBufferWork::kProtect;
  // The counter is hashed behind the packet, where the tag is or will be (RFC 3711 4.2).
  if (!protect) std::copy_n(packet.packet + packet.size, packet.tag_size, lane.tag.begin());
  put_be32(packet.packet + packet.size, static_cast<std::uint32_t>(packet.index >> 16));
  write_counter(lane.counter, packet);
  IMB_JOB* job = IMB_GET_NEXT_JOB(manager.get());
  *job = {};
  set_counter_mode(*job, packet.keys->cipher.data(), lane.counter);
  if (!protect) job->cipher_direction = IMB_DIR_DECRYPT;
  job->chain_order = protect ? IMB_ORDER_CIPHER_HASH : IMB_ORDER_HASH_CIPHER;
  job->src = packet.packet;
  job->dst = packet.packet + packet.header_size;
  job->cipher_start_src_offset_in_bytes = packet.header_size;
  job->msg_len_to_cipher_in_bytes = packet.size - packet.header_size;
  // The library takes no empty message.
  if (job->msg_len_to_cipher_in_bytes == 0) job->cipher_mode = IMB_CIPHER_NULL;
  job->hash_alg = IMB_AUTH_HMAC_SHA_1;
  job->hash_start_src_offset_in_bytes = 0;
  job->msg_len_to_hash_in_bytes = packet.size + kRolloverCounter;
  job->u.HMAC._hashed_auth_key_xor_ipad = packet.keys->inner.data();
  job->u.HMAC._hashed_auth_key_xor_opad = packet.keys->outer.data();
  job->auth_tag_output = lane.digest.data();
  job->auth_tag_output_len_in_bytes = kSha1Digest;
  job->user_data = &packet;
  job->user_data2 = &lane;
  for (const IMB_JOB* done = IMB_SUBMIT_JOB(manager.get()); done != nullptr;
       done = IMB_GET_COMPLETED_JOB(manager.get())) {
    take(done);
  }
}

void MultiBuffer::Impl::take(const IMB_JOB* job) {
  auto& packet = *static_cast<MultiBufferJob*>(job->user_data);
  const auto& lane = *static_cast<const Lane*>(job->user_data2);
  packet.done = job->status == IMB_STATUS_COMPLETED;
  if (packet.work == MultiBufferWork::kUnprotect) {
    packet.done = packet.done && equal(std::span(lane.tag).first(packet.tag_size), lane.digest);
  } else if (packet.done) {
    std::copy_n(lane.digest.begin(), packet.tag_size, packet.packet + packet.size);
  }
}

MultiBuffer::MultiBuffer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
MultiBuffer::~MultiBuffer() = default;

std::unique_ptr<MultiBuffer> MultiBuffer::create() {
  auto impl = std::make_unique<Impl>();
  impl->manager.reset(alloc_mb_mgr(0));
  if (!impl->manager) return nullptr;
  IMB_MGR& manager = *impl->manager;
  if ((manager.features & IMB_FEATURE_AESNI) == 0) return nullptr;
  init_mb_mgr_auto(&manager, nullptr);
  // Also when the library's test of itself fails.
  if (imb_get_errno(&manager) != 0) return nullptr;
  return std::unique_ptr<MultiBuffer>(new MultiBuffer(std::move(impl)));
}

std::optional<SenderKeys> MultiBuffer::derive_keys(std::span<const std::uint8_t, 30> master) {
  const auto salt = master.subspan<kMasterKey>();
  const auto derive = [&](Label label, std::span<std::uint8_t> out) {
    Block counter{};
    std::copy(salt.begin(), salt.end(), counter.begin());
    counter[kLabelOffset] ^= static_cast<std::uint8_t>(label);
    return impl_->keystream(master.data(), counter, out);
  };
  SenderKeys keys;
  std::array<std::uint8_t, kMasterKey> encryption;
  std::array<std::uint8_t, kAuthenticationKey> authentication;
  if (!derive(Label::kEncryption, encryption) || !derive(Label::kAuthentication, authentication) ||
      !derive(Label::kSalt, keys.salt)) {
    return std::nullopt;
  }
  alignas(16) std::array<std::uint8_t, 11 * 16> decrypt_keys;
  IMB_AES_KEYEXP_128(impl_->manager.get(), encryption.data(), keys.cipher.data(),
                     decrypt_keys.data());
  impl_->hash_key_block(authentication, 0x36, keys.inner);  // RFC 2104
  impl_->hash_key_block(authentication, 0x5c, keys.outer);
  return keys;
}

void MultiBuffer::run(std::span<MultiBufferJob> jobs) {
  while (!jobs.empty()) {
    const std::size_t n = std::min(jobs.size(), kMaxBatch);
    run_batch(jobs.first(n));
    jobs = jobs.subspan(n);
  }
}

void MultiBuffer::run_batch(std::span<MultiBufferJob> jobs) {
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    check(jobs[i].header_size <= jobs[i].size && jobs[i].tag_size <= kSha1Digest &&
          jobs[i].tag_size >= kRolloverCounter);
    jobs[i].done = false;
    impl_->submit(jobs[i], impl_->lanes[i]);
  }
  while (const IMB_JOB* done = IMB_FLUSH_JOB(impl_->manager.get())) impl_->take(done);
}

std::string_view MultiBuffer::instruction_set() const {
  switch (impl_->manager->used_arch) {
    case IMB_ARCH_SSE:
      return "SSE";
    case IMB_ARCH_AVX:
      return "AVX";
    case IMB_ARCH_AVX2:
      return "AVX2";
    case IMB_ARCH_AVX512:
      return "AVX512";
    default:
      return "generic";
  }
}

}  // namespace halcyon::mediad
