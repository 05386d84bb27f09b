#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "common/bytes/byte_reader.h"
#include "common/ids/media_ids.h"

namespace halcyon::mediad {

/// A run of equally long items of an RTCP packet, decoded when looked at, so that parsing needs no
/// memory. Borrows the packet.
template <class T, std::size_t kItemSize, T (*kRead)(ByteReader&)>
class WireList {
 public:
  class Iterator {
   public:
    Iterator(const WireList* list, std::size_t index) : list_(list), index_(index) {}
    T operator*() const { return (*list_)[index_]; }
    Iterator& operator++() {
      ++index_;
      return *this;
    }
    bool operator==(const Iterator& other) const { return index_ == other.index_; }

   private:
    const WireList* list_;
    std::size_t index_;
  };

  WireList() = default;
  /// Bytes behind the last whole item are ignored.
  explicit WireList(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  std::size_t size() const { return bytes_.size() / kItemSize; }
  bool empty() const { return size() == 0; }
  T operator[](std::size_t i) const {
    ByteReader r(bytes_.subspan(i * kItemSize, kItemSize));
    return kRead(r);
  }
  Iterator begin() const { return {this, 0}; }
  Iterator end() const { return {this, size()}; }

 private:
  std::span<const std::uint8_t> bytes_;
};

inline Ssrc read_ssrc(ByteReader& r) { return Ssrc{r.u32()}; }
using SsrcList = WireList<Ssrc, 4, read_ssrc>;

}  // namespace halcyon::mediad
