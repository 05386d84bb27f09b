#include "tests/unit/signald/ws/loopback_client.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace halcyon::signald {

LoopbackClient::LoopbackClient(std::uint16_t port, Transport transport) {
  fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval limit{10, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  if (transport == Transport::kPlain) return;
  context_ = SSL_CTX_new(TLS_client_method());
  tls_ = SSL_new(context_);
  SSL_set_fd(tls_, fd_);
  // As browsers do for a WebSocket.
  static constexpr unsigned char kOffers[] = "\x08http/1.1";
  SSL_set_alpn_protos(tls_, kOffers, sizeof kOffers - 1);
  REQUIRE(SSL_connect(tls_) == 1);
  const unsigned char* chosen = nullptr;
  unsigned length = 0;
  SSL_get0_alpn_selected(tls_, &chosen, &length);
  CHECK(std::string_view(reinterpret_cast<const char*>(chosen), length) == "http/1.1");
}

LoopbackClient::~LoopbackClient() {
  SSL_free(tls_);
  SSL_CTX_free(context_);
  ::close(fd_);
}

void LoopbackClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const long sent = tls_ != nullptr
                          ? SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size()))
                          : ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    // The server may have had enough; what it said about it is still to be read.
    if (sent <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

bool LoopbackClient::fill() {
  std::array<char, 65536> piece;
  const long got = tls_ != nullptr ? SSL_read(tls_, piece.data(), static_cast<int>(piece.size()))
                                   : ::recv(fd_, piece.data(), piece.size(), 0);
  if (got <= 0) return false;
  buffer_.append(piece.data(), static_cast<std::size_t>(got));
  return true;
}

bool LoopbackClient::need(std::size_t count) {
  while (buffer_.size() < count) {
    if (!fill()) return false;
  }
  return true;
}

LoopbackClient::Answer LoopbackClient::read_answer(bool has_body) {
  Answer answer;
  std::size_t end;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
    if (!fill()) return answer;
  }
  answer.head = buffer_.substr(0, end + 2);
  std::transform(answer.head.begin(), answer.head.end(), answer.head.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  buffer_.erase(0, end + 4);
  answer.status = std::atoi(answer.head.c_str() + 9);
  const std::size_t length_at = answer.head.find("content-length: ");
  if (!has_body || length_at == std::string::npos) return answer;
  const auto length = static_cast<std::size_t>(std::atol(answer.head.c_str() + length_at + 16));
  if (!need(length)) return Answer{};
  answer.body = buffer_.substr(0, length);
  buffer_.erase(0, length);
  return answer;
}

LoopbackClient::Answer LoopbackClient::get(std::string_view target,
                                           std::string_view extra_headers) {
  send("GET " + std::string(target) + " HTTP/1.1\r\nHost: localhost\r\n" +
       std::string(extra_headers) + "\r\n");
  return read_answer();
}

int LoopbackClient::upgrade(std::string_view extra_headers) {
  send(
      "GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
      std::string(extra_headers) + "\r\n");
  return read_answer().status;
}

void LoopbackClient::send_frame(int first_byte, std::string_view payload) {
  std::string frame(1, static_cast<char>(first_byte));
  if (payload.size() < 126) {
    frame += static_cast<char>(0x80 | payload.size());
  } else if (payload.size() < 65536) {
    frame += static_cast<char>(0x80 | 126);
    for (int shift = 8; shift >= 0; shift -= 8) frame += static_cast<char>(payload.size() >> shift);
  } else {
    frame += static_cast<char>(0x80 | 127);
    for (int shift = 56; shift >= 0; shift -= 8) {
      frame += static_cast<char>(payload.size() >> shift);
    }
  }
  constexpr std::array<char, 4> kMask = {0x12, 0x34, 0x56, 0x78};
  frame.append(kMask.data(), kMask.size());
  for (std::size_t i = 0; i < payload.size(); ++i) {
    frame += static_cast<char>(payload[i] ^ kMask[i % 4]);
  }
  send(frame);
}

int LoopbackClient::Frame::close_code() const {
  if (opcode != 8 || payload.size() < 2) return 0;
  return static_cast<unsigned char>(payload[0]) << 8 | static_cast<unsigned char>(payload[1]);
}

std::optional<LoopbackClient::Frame> LoopbackClient::read_frame() {
  if (!need(2)) return std::nullopt;
  std::size_t length = static_cast<unsigned char>(buffer_[1]) & 0x7f;
  std::size_t header = 2;
  const std::size_t more = length == 126 ? 2 : length == 127 ? 8 : 0;
  if (more > 0) {
    if (!need(header + more)) return std::nullopt;
    length = 0;
    for (std::size_t i = 0; i < more; ++i) {
      length = length << 8 | static_cast<unsigned char>(buffer_[header + i]);
    }
    header += more;
  }
  if (!need(header + length)) return std::nullopt;
  Frame frame{static_cast<unsigned char>(buffer_[0]) & 0x0f, buffer_.substr(header, length)};
  buffer_.erase(0, header + length);
  return frame;
}

bool LoopbackClient::reads_end() {
  while (fill()) buffer_.clear();
  return errno != EAGAIN && errno != EWOULDBLOCK;
}

std::string LoopbackClient::certificate_names() const {
  X509* certificate = SSL_get1_peer_certificate(tls_);
  auto* names = static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  std::string out;
  for (int i = 0; i < sk_GENERAL_NAME_num(names); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names, i);
    if (name->type == GEN_DNS) {
      out += reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.dNSName));
      out += '\n';
    }
  }
  GENERAL_NAMES_free(names);
  X509_free(certificate);
  return out;
}

std::string LoopbackClient::serial() const {
  X509* certificate = SSL_get1_peer_certificate(tls_);
  const ASN1_INTEGER* number = X509_get0_serialNumber(certificate);
  std::string out(reinterpret_cast<const char*>(ASN1_STRING_get0_data(number)),
                  static_cast<std::size_t>(ASN1_STRING_length(number)));
  X509_free(certificate);
  return out;
}

}  // namespace halcyon::signald
