#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

struct nghttp2_session;

namespace halcyon::signald {

using StreamId = std::int32_t;

/// RFC 9113 7, those that we send.
enum class Http2Error : std::uint32_t {
  kNone = 0x0,
  kProtocol = 0x1,
  kInternal = 0x2,
  kRefusedStream = 0x7,
  kCancel = 0x8,
  kEnhanceYourCalm = 0xb,
};

/// What an Http2Engine tells of, from within receive() and next_output(). Streams come and go by
/// begin_stream() and end_stream(); the former may be refused by resetting the stream.
class Http2Events {
 public:
  virtual ~Http2Events() = default;
  virtual void begin_stream(StreamId stream) = 0;
  virtual void add_field(StreamId stream, std::string_view name, std::string_view value) = 0;
  /// A body may follow, or nothing does.
  virtual void end_head(StreamId stream, bool more) = 0;
  virtual void add_data(StreamId stream, std::string_view bytes) = 0;
  /// The request is complete.
  virtual void end_request(StreamId stream) = 0;
  /// The next bytes of a response's body, nothing if that failed.
  virtual std::optional<std::size_t> read_body(StreamId stream, std::span<char> out) = 0;
  virtual bool body_is_read(StreamId stream) const = 0;
  /// The last frame of the response is on its way.
  virtual void end_response(StreamId stream) = 0;
  /// We reset a stream, because of us or because of the client.
  virtual void reset_sent() = 0;
  virtual void end_stream(StreamId stream) = 0;
};

/// The server's side of RFC 9113 up to whole requests: a wrapper of nghttp2's session. Frames,
/// HPACK, flow control, states of streams and the form of fields are its business; what it finds
/// wrong it answers with RST_STREAM or GOAWAY by itself.
class Http2Engine {
 public:
  using Fields = std::vector<std::pair<std::string, std::string>>;

  /// `events` outlives the engine.
  explicit Http2Engine(Http2Events& events);
  Http2Engine(const Http2Engine&) = delete;
  Http2Engine& operator=(const Http2Engine&) = delete;
  ~Http2Engine();

  /// False: this is not HTTP/2, or the library gave up; there is nothing to be sent any more.
  bool receive(std::string_view bytes);
  /// The next frames, valid until any call; empty when there are none. None after a failure.
  std::string_view next_output();
  bool wants_output() const;
  bool wants_input() const;
  /// Frames that wait, those with a response's body not counted.
  std::size_t queued_frames() const;

  /// An informational response (RFC 9110 15.2).
  void inform(StreamId stream, int status);
  /// `fields` without ":status". A body is asked for by Http2Events::read_body().
  void respond(StreamId stream, int status, const Fields& fields, bool has_body);
  void reset(StreamId stream, Http2Error error);
  /// The client's window keeps the stream from sending; or, of the connection, all of them.
  bool is_blocked(StreamId stream) const;
  bool is_blocked() const;
  /// GOAWAY; streams that are open may go on.
  void go_away();
  /// GOAWAY and the end of everything.
  void terminate(Http2Error error);

 private:
  struct Deleter {
    void operator()(nghttp2_session* session) const;
  };
  std::unique_ptr<nghttp2_session, Deleter> session_;  // null when there was no memory for one
};

}  // namespace halcyon::signald
