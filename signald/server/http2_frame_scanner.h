#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace halcyon::signald {

/// Follows the borders of the frames in a client's bytes (RFC 9113 4.1), beside the library that
/// reads them and which does not tell whether it waits in the middle of one.
class Http2FrameScanner {
 public:
  /// Returns how many frames began that bring no request further (see kChoreBurst).
  std::size_t scan(std::string_view bytes);
  /// Something has begun that the client owes the rest of: the preface, a frame other than DATA, or
  /// a head whose END_HEADERS is still to come.
  bool unfinished() const;
  /// How many frames have begun, those that go on with a head not counted.
  std::uint64_t begun() const { return begun_; }
  /// There was a frame that RFC 9113 calls an error of the connection and the library passes over:
  /// PRIORITY on stream 0 (6.3), or a head on a stream that was left out before (5.1.1).
  bool violated() const { return violated_; }

 private:
  std::size_t begin_frame();
  bool is_left_out(std::uint32_t stream);

  std::size_t preface_ = 24;  // bytes of it still to come
  std::array<std::uint8_t, 9> header_{};
  std::size_t header_size_ = 0;
  std::size_t payload_ = 0;  // bytes of it still to come
  std::uint64_t begun_ = 0;
  bool in_data_ = false;
  bool in_head_ = false;
  bool violated_ = false;
  std::uint32_t highest_ = 0;  // stream with a head
  // First and last stream of what was left out below it.
  std::vector<std::pair<std::uint32_t, std::uint32_t>> left_out_;
};

}  // namespace halcyon::signald
