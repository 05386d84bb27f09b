#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace halcyon::signald {

/// A connection's bytes without regard to TLS. Never blocks.
class ByteStream {
 public:
  enum class State {
    kMoved,    // `bytes` were read or written: at least one
    kBlocked,  // try again after an event; see wants_to_write()
    kEnd,      // reading only: the peer has sent its last byte
    kFailed,   // the connection is of no use any more
  };
  struct Outcome {
    State state = State::kBlocked;
    std::size_t bytes = 0;
  };
  virtual ~ByteStream() = default;

  virtual Outcome read(std::span<char> out) = 0;
  /// May take a part of them only. The same bytes, or more, must be offered again after kBlocked.
  virtual Outcome write(std::string_view bytes) = 0;
  /// Says to the peer that nothing more comes; what it sends can still be read.
  virtual void finish_writing() = 0;
  /// Whether the last call was blocked until the connection takes more bytes, reading calls
  /// included: TLS may have something of its own to send.
  virtual bool wants_to_write() const = 0;
};

/// The bytes of a socket. The descriptor must outlive this.
class PlainStream final : public ByteStream {
 public:
  explicit PlainStream(int fd) : fd_(fd) {}
  Outcome read(std::span<char> out) override;
  Outcome write(std::string_view bytes) override;
  void finish_writing() override;
  bool wants_to_write() const override { return wants_to_write_; }

 private:
  int fd_;
  bool wants_to_write_ = false;
};

}  // namespace halcyon::signald
