#include "http2_client.h"

#include <algorithm>
#include <cstring>

namespace halcyon::signald {
namespace {

std::string text(const std::uint8_t* bytes, std::size_t length) {
  return {reinterpret_cast<const char*>(bytes), length};
}

Http2Client& self(void* user) { return *static_cast<Http2Client*>(user); }

}  // namespace

Http2Client::Http2Client(Options options) {
  nghttp2_session_callbacks* callbacks = nullptr;
  nghttp2_session_callbacks_new(&callbacks);
  nghttp2_session_callbacks_set_on_header_callback(callbacks, &Http2Client::on_header);
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, &Http2Client::on_frame);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, &Http2Client::on_data);
  nghttp2_option* option = nullptr;
  nghttp2_option_new(&option);
  nghttp2_option_set_no_auto_window_update(option, options.reads_on ? 0 : 1);
  // What the server must find wrong has to leave the client first.
  nghttp2_option_set_no_http_messaging(option, 1);
  nghttp2_option_set_peer_max_concurrent_streams(option, 100'000);
  nghttp2_option_set_max_send_header_block_length(option, 1u << 20);
  nghttp2_session* raw = nullptr;
  nghttp2_session_client_new2(&raw, callbacks, this, option);
  session_.reset(raw);
  nghttp2_option_del(option);
  nghttp2_session_callbacks_del(callbacks);
  const nghttp2_settings_entry window = {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, options.window};
  nghttp2_submit_settings(raw, NGHTTP2_FLAG_NONE, &window, 1);
}

Http2Client::Fields Http2Client::get_fields(const std::string& path) {
  return {{":method", "GET"}, {":scheme", "https"}, {":path", path}, {":authority", "example.org"}};
}

Http2Client::Fields Http2Client::post_fields(const std::string& path) {
  Fields fields = get_fields(path);
  fields[0].second = "POST";
  return fields;
}

std::int32_t Http2Client::submit(const Fields& fields, bool has_body) {
  std::vector<nghttp2_nv> nv;
  for (const auto& [name, value] : fields) {
    nv.push_back({reinterpret_cast<std::uint8_t*>(const_cast<char*>(name.data())),
                  reinterpret_cast<std::uint8_t*>(const_cast<char*>(value.data())), name.size(),
                  value.size(), NGHTTP2_NV_FLAG_NONE});
  }
  nghttp2_data_provider provider{};
  provider.read_callback = &Http2Client::read_source;
  return nghttp2_submit_request(session_.get(), nullptr, nv.data(), nv.size(),
                                has_body ? &provider : nullptr, nullptr);
}

std::int32_t Http2Client::request(const Fields& fields, std::optional<std::string> body) {
  const std::int32_t stream = submit(fields, body.has_value());
  if (body) send(stream, *body, true);
  return stream;
}

std::int32_t Http2Client::open(const Fields& fields) {
  const std::int32_t stream = submit(fields, true);
  sources_[stream] = std::make_shared<Source>();
  return stream;
}

void Http2Client::send(std::int32_t stream, const std::string& bytes, bool last) {
  auto& source = sources_[stream];
  if (!source) source = std::make_shared<Source>();
  source->bytes += bytes;
  source->last = last;
  nghttp2_session_resume_data(session_.get(), stream);
}

void Http2Client::cancel(std::int32_t stream) {
  nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, stream, NGHTTP2_CANCEL);
}

void Http2Client::give_window(std::int32_t stream, int bytes) {
  nghttp2_submit_window_update(session_.get(), NGHTTP2_FLAG_NONE, stream, bytes);
}

std::string Http2Client::output() {
  std::string out;
  const std::uint8_t* bytes = nullptr;
  for (;;) {
    const ssize_t length = nghttp2_session_mem_send(session_.get(), &bytes);
    if (length <= 0) return out;
    out += text(bytes, static_cast<std::size_t>(length));
  }
}

void Http2Client::input(std::string_view bytes) {
  nghttp2_session_mem_recv(session_.get(), reinterpret_cast<const std::uint8_t*>(bytes.data()),
                           bytes.size());
}

int Http2Client::on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                           std::size_t name_length, const std::uint8_t* value,
                           std::size_t value_length, std::uint8_t, void* user) {
  Http2Answer& answer = self(user).answers[frame->hd.stream_id];
  const std::string key = text(name, name_length);
  if (key != ":status") {
    answer.headers[key] = text(value, value_length);
    return 0;
  }
  const int status = std::stoi(text(value, value_length));
  if (status < 200) {
    answer.interim.push_back(status);
  } else {
    answer.status = status;
  }
  return 0;
}

int Http2Client::on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
  Http2Client& client = self(user);
  const auto type = frame->hd.type;
  if (type == NGHTTP2_GOAWAY) client.goaway = frame->goaway.error_code;
  if (type == NGHTTP2_PING && (frame->hd.flags & NGHTTP2_FLAG_ACK) != 0) ++client.pings_answered;
  if (type == NGHTTP2_RST_STREAM) {
    client.answers[frame->hd.stream_id].reset = frame->rst_stream.error_code;
  }
  if ((type == NGHTTP2_HEADERS || type == NGHTTP2_DATA) &&
      (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) {
    client.answers[frame->hd.stream_id].complete = true;
  }
  return 0;
}

int Http2Client::on_data(nghttp2_session*, std::uint8_t, std::int32_t stream,
                         const std::uint8_t* bytes, std::size_t length, void* user) {
  self(user).answers[stream].body += text(bytes, length);
  return 0;
}

ssize_t Http2Client::read_source(nghttp2_session*, std::int32_t stream, std::uint8_t* out,
                                 std::size_t room, std::uint32_t* flags, nghttp2_data_source*,
                                 void* user) {
  Source& source = *self(user).sources_[stream];
  const std::size_t length = std::min(room, source.bytes.size());
  if (length == 0 && !source.last) return NGHTTP2_ERR_DEFERRED;
  std::memcpy(out, source.bytes.data(), length);
  source.bytes.erase(0, length);
  if (source.bytes.empty() && source.last) *flags |= NGHTTP2_DATA_FLAG_EOF;
  return static_cast<ssize_t>(length);
}

}  // namespace halcyon::signald
