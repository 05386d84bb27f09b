#include "signald/server/http2_engine.h"

#include <nghttp2/nghttp2.h>

#include <array>

#include "signald/server/http2_limits.h"

namespace halcyon::signald {
namespace {

struct CallbacksDeleter {
  void operator()(nghttp2_session_callbacks* callbacks) const {
    nghttp2_session_callbacks_del(callbacks);
  }
};
using Callbacks = std::unique_ptr<nghttp2_session_callbacks, CallbacksDeleter>;

struct OptionDeleter {
  void operator()(nghttp2_option* option) const { nghttp2_option_del(option); }
};
using Option = std::unique_ptr<nghttp2_option, OptionDeleter>;

Http2Events& events_of(void* user) { return *static_cast<Http2Events*>(user); }

std::string_view view(const std::uint8_t* bytes, std::size_t length) {
  return {reinterpret_cast<const char*>(bytes), length};
}

bool is_request_head(const nghttp2_frame* frame) {
  return frame->hd.type == NGHTTP2_HEADERS && frame->headers.cat == NGHTTP2_HCAT_REQUEST;
}

int on_begin_headers(nghttp2_session*, const nghttp2_frame* frame, void* user) noexcept {
  if (is_request_head(frame)) events_of(user).begin_stream(frame->hd.stream_id);
  return 0;
}

int on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
              std::size_t name_length, const std::uint8_t* value, std::size_t value_length,
              std::uint8_t, void* user) noexcept {
  // Nobody reads trailers.
  if (!is_request_head(frame)) return 0;
  events_of(user).add_field(frame->hd.stream_id, view(name, name_length),
                            view(value, value_length));
  return 0;
}

/// Left alone, the library drops the field and goes on, but RFC 9113 8.2.1 calls the request
/// malformed.
int on_invalid_header(nghttp2_session*, const nghttp2_frame*, const std::uint8_t*, std::size_t,
                      const std::uint8_t*, std::size_t, std::uint8_t, void*) noexcept {
  return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
}

int on_frame_recv(nghttp2_session*, const nghttp2_frame* frame, void* user) noexcept {
  const bool last = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
  if (is_request_head(frame)) events_of(user).end_head(frame->hd.stream_id, !last);
  const bool of_request = frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA;
  if (of_request && last) events_of(user).end_request(frame->hd.stream_id);
  return 0;
}

int on_data_chunk(nghttp2_session*, std::uint8_t, std::int32_t stream, const std::uint8_t* bytes,
                  std::size_t length, void* user) noexcept {
  events_of(user).add_data(stream, view(bytes, length));
  return 0;
}

int on_frame_send(nghttp2_session*, const nghttp2_frame* frame, void* user) noexcept {
  if (frame->hd.type == NGHTTP2_RST_STREAM) events_of(user).reset_sent();
  const bool of_response = frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA;
  if (of_response && (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) {
    events_of(user).end_response(frame->hd.stream_id);
  }
  return 0;
}

int on_stream_close(nghttp2_session*, std::int32_t stream, std::uint32_t, void* user) noexcept {
  events_of(user).end_stream(stream);
  return 0;
}

ssize_t read_body(nghttp2_session*, std::int32_t stream, std::uint8_t* out, std::size_t length,
                  std::uint32_t* flags, nghttp2_data_source*, void* user) noexcept {
  const auto got = events_of(user).read_body(stream, {reinterpret_cast<char*>(out), length});
  // RST_STREAM with INTERNAL_ERROR.
  if (!got) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  if (events_of(user).body_is_read(stream)) *flags |= NGHTTP2_DATA_FLAG_EOF;
  return static_cast<ssize_t>(*got);
}

Callbacks make_callbacks() {
  nghttp2_session_callbacks* raw = nullptr;
  if (nghttp2_session_callbacks_new(&raw) != 0) return nullptr;
  nghttp2_session_callbacks_set_on_begin_headers_callback(raw, on_begin_headers);
  nghttp2_session_callbacks_set_on_header_callback(raw, on_header);
  nghttp2_session_callbacks_set_on_invalid_header_callback(raw, on_invalid_header);
  nghttp2_session_callbacks_set_on_frame_recv_callback(raw, on_frame_recv);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(raw, on_data_chunk);
  nghttp2_session_callbacks_set_on_frame_send_callback(raw, on_frame_send);
  nghttp2_session_callbacks_set_on_stream_close_callback(raw, on_stream_close);
  return Callbacks(raw);
}

Option make_option() {
  nghttp2_option* raw = nullptr;
  if (nghttp2_option_new(&raw) != 0) return nullptr;
  nghttp2_option_set_max_continuations(raw, kMaxContinuations);
  nghttp2_option_set_no_closed_streams(raw, 1);
  // Its own count of resets goes by the wall clock; see kChoreBurst for ours.
  constexpr std::uint64_t kUnlimited = std::uint64_t{1} << 40;
  nghttp2_option_set_stream_reset_rate_limit(raw, kUnlimited, kUnlimited);
  return Option(raw);
}

bool announce(nghttp2_session* session) {
  const std::array<nghttp2_settings_entry, 4> settings = {{
      {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, kMaxConcurrentStreams},
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, kStreamWindow},
      {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, static_cast<std::uint32_t>(kMaxHead)},
      // The tree of priorities is deprecated, and work without bound for us (RFC 9113 5.3.2).
      {NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1},
  }};
  return nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, settings.data(), settings.size()) ==
             0 &&
         nghttp2_session_set_local_window_size(session, NGHTTP2_FLAG_NONE, 0, kConnectionWindow) ==
             0;
}

nghttp2_nv field(std::string_view name, std::string_view value) {
  // The library takes pointers to what it does not change.
  const auto bytes = [](std::string_view text) {
    return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
  };
  return {bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

}  // namespace

void Http2Engine::Deleter::operator()(nghttp2_session* session) const {
  nghttp2_session_del(session);
}

Http2Engine::Http2Engine(Http2Events& events) {
  const Callbacks callbacks = make_callbacks();
  const Option option = make_option();
  if (!callbacks || !option) return;
  nghttp2_session* raw = nullptr;
  if (nghttp2_session_server_new2(&raw, callbacks.get(), &events, option.get()) != 0) return;
  session_.reset(raw);
  if (!announce(raw)) session_.reset();
}

Http2Engine::~Http2Engine() = default;

bool Http2Engine::receive(std::string_view bytes) {
  if (!session_) return false;
  const ssize_t taken = nghttp2_session_mem_recv(
      session_.get(), reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  if (taken >= 0) return true;
  if (taken != NGHTTP2_ERR_FLOODED && taken != NGHTTP2_ERR_TOO_MANY_CONTINUATIONS) {
    session_.reset();
    return false;
  }
  terminate(Http2Error::kEnhanceYourCalm);
  return true;
}

std::string_view Http2Engine::next_output() {
  if (!session_) return {};
  const std::uint8_t* bytes = nullptr;
  const ssize_t length = nghttp2_session_mem_send(session_.get(), &bytes);
  if (length < 0) {
    session_.reset();
    return {};
  }
  return view(bytes, static_cast<std::size_t>(length));
}

bool Http2Engine::wants_output() const {
  return session_ && nghttp2_session_want_write(session_.get()) != 0;
}

bool Http2Engine::wants_input() const {
  return session_ && nghttp2_session_want_read(session_.get()) != 0;
}

std::size_t Http2Engine::queued_frames() const {
  return session_ ? nghttp2_session_get_outbound_queue_size(session_.get()) : 0;
}

// The calls below fail when memory is short or the stream has ended meanwhile; for either there is
// nobody to tell.

void Http2Engine::inform(StreamId stream, int status) {
  if (!session_) return;
  const std::string text = std::to_string(status);
  const nghttp2_nv fields[] = {field(":status", text)};
  nghttp2_submit_headers(session_.get(), NGHTTP2_FLAG_NONE, stream, nullptr, fields, 1, nullptr);
}

void Http2Engine::respond(StreamId stream, int status, const Fields& fields, bool has_body) {
  if (!session_) return;
  const std::string text = std::to_string(status);
  std::vector<nghttp2_nv> all = {field(":status", text)};
  for (const auto& [name, value] : fields) all.push_back(field(name, value));
  nghttp2_data_provider body{};
  body.read_callback = read_body;
  const int outcome = nghttp2_submit_response(session_.get(), stream, all.data(), all.size(),
                                              has_body ? &body : nullptr);
  if (outcome != 0) reset(stream, Http2Error::kInternal);
}

void Http2Engine::reset(StreamId stream, Http2Error error) {
  if (!session_) return;
  nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, stream,
                            static_cast<std::uint32_t>(error));
}

bool Http2Engine::is_blocked(StreamId stream) const {
  return session_ && nghttp2_session_get_stream_remote_window_size(session_.get(), stream) <= 0;
}

bool Http2Engine::is_blocked() const {
  return session_ && nghttp2_session_get_remote_window_size(session_.get()) <= 0;
}

void Http2Engine::go_away() {
  if (!session_) return;
  nghttp2_submit_goaway(session_.get(), NGHTTP2_FLAG_NONE,
                        nghttp2_session_get_last_proc_stream_id(session_.get()), NGHTTP2_NO_ERROR,
                        nullptr, 0);
}

void Http2Engine::terminate(Http2Error error) {
  if (!session_) return;
  nghttp2_session_terminate_session(session_.get(), static_cast<std::uint32_t>(error));
}

}  // namespace halcyon::signald
