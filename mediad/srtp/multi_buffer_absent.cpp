// Stands in for multi_buffer.cpp in builds without intel-ipsec-mb: libsrtp does all the work.
#include "mediad/srtp/multi_buffer.h"

namespace halcyon::mediad {

struct MultiBuffer::Impl {};

std::unique_ptr<MultiBuffer> MultiBuffer::create() { return nullptr; }
MultiBuffer::~MultiBuffer() = default;
std::optional<SenderKeys> MultiBuffer::derive_keys(std::span<const std::uint8_t, 30>) {
  return std::nullopt;
}
void MultiBuffer::run(std::span<MultiBufferJob>) {}
std::string_view MultiBuffer::instruction_set() const { return {}; }

}  // namespace halcyon::mediad
