#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct ssl_st;
struct ssl_ctx_st;

namespace halcyon::signald {

/// A blocking client on loopback that sends exactly the bytes it is told to. Every wait ends after
/// ten seconds.
class LoopbackClient {
 public:
  enum class Transport { kPlain, kTls };
  LoopbackClient(std::uint16_t port, Transport transport);
  ~LoopbackClient();

  void send(std::string_view bytes);
  /// The head of a response and its body by Content-Length (none for HEAD requests).
  struct Answer {
    int status = 0;
    std::string head;  // lower case
    std::string body;
    bool has(std::string_view line) const { return head.find(line) != std::string::npos; }
  };
  Answer read_answer(bool has_body = true);
  /// One GET on this connection.
  Answer get(std::string_view target, std::string_view extra_headers = "");

  /// Upgrades at /ws; the answer's status.
  int upgrade(std::string_view extra_headers = "");
  void send_frame(int first_byte, std::string_view payload);
  struct Frame {
    int opcode = 0;
    std::string payload;
    int close_code() const;
  };
  /// Nothing when the connection ended.
  std::optional<Frame> read_frame();
  /// Whether the peer has ended the connection, what it sent before being ignored.
  bool reads_end();
  /// The subject alternative names of the server's certificate, one line each.
  std::string certificate_names() const;
  std::string serial() const;

 private:
  bool fill();
  bool need(std::size_t count);

  int fd_ = -1;
  ssl_ctx_st* context_ = nullptr;
  ssl_st* tls_ = nullptr;
  std::string buffer_;
};

}  // namespace halcyon::signald
