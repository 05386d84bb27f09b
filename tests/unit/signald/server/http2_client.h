#pragma once

#include <nghttp2/nghttp2.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace halcyon::signald {

class Http2Session;

/// What a client saw of one of its streams.
struct Http2Answer {
  int status = 0;
  std::vector<int> interim;  // informational ones before it
  std::map<std::string, std::string> headers;
  std::string body;
  bool complete = false;               // END_STREAM was there
  std::optional<std::uint32_t> reset;  // RST_STREAM's error code
};

/// An HTTP/2 client without I/O, for tests.
class Http2Client {
 public:
  using Fields = std::vector<std::pair<std::string, std::string>>;
  struct Options {
    std::uint32_t window = 65'535;  // of each stream, for responses
    bool reads_on = true;           // gives the window back
  };

  Http2Client() : Http2Client(Options{}) {}
  explicit Http2Client(Options options);

  /// Pseudo-header fields included; no body and END_STREAM with the head if `body` is nothing.
  std::int32_t request(const Fields& fields, std::optional<std::string> body = std::nullopt);
  std::int32_t get(const std::string& path) { return request(get_fields(path)); }
  static Fields get_fields(const std::string& path);
  static Fields post_fields(const std::string& path);
  /// A request whose body stays open; more of it by send().
  std::int32_t open(const Fields& fields);
  void send(std::int32_t stream, const std::string& bytes, bool last);
  void cancel(std::int32_t stream);
  void give_window(std::int32_t stream, int bytes);

  std::string output();
  void input(std::string_view bytes);

  const Http2Answer& answer(std::int32_t stream) { return answers[stream]; }

  std::map<std::int32_t, Http2Answer> answers;
  std::optional<std::uint32_t> goaway;  // its error code
  int pings_answered = 0;
  nghttp2_session* raw() { return session_.get(); }

 private:
  struct Source {
    std::string bytes;
    bool last = false;
  };
  struct Deleter {
    void operator()(nghttp2_session* s) const { nghttp2_session_del(s); }
  };
  static int on_header(nghttp2_session*, const nghttp2_frame*, const std::uint8_t*, std::size_t,
                       const std::uint8_t*, std::size_t, std::uint8_t, void*);
  static int on_frame(nghttp2_session*, const nghttp2_frame*, void*);
  static int on_data(nghttp2_session*, std::uint8_t, std::int32_t, const std::uint8_t*, std::size_t,
                     void*);
  static ssize_t read_source(nghttp2_session*, std::int32_t, std::uint8_t*, std::size_t,
                             std::uint32_t*, nghttp2_data_source*, void*);
  std::int32_t submit(const Fields& fields, bool has_body);

  std::map<std::int32_t, std::shared_ptr<Source>> sources_;
  std::unique_ptr<nghttp2_session, Deleter> session_;
};

}  // namespace halcyon::signald
