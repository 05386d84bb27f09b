#include <sys/socket.h>

#include <cerrno>

#include "signald/server/byte_stream.h"

namespace halcyon::signald {
namespace {

bool would_block() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

}  // namespace

ByteStream::Outcome PlainStream::read(std::span<char> out) {
  wants_to_write_ = false;
  const ssize_t got = ::recv(fd_, out.data(), out.size(), 0);
  if (got > 0) return {State::kMoved, static_cast<std::size_t>(got)};
  if (got == 0) return {State::kEnd, 0};
  return {would_block() ? State::kBlocked : State::kFailed, 0};
}

ByteStream::Outcome PlainStream::write(std::string_view bytes) {
  const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  wants_to_write_ = sent < 0 && would_block();
  if (sent >= 0) return {State::kMoved, static_cast<std::size_t>(sent)};
  return {wants_to_write_ ? State::kBlocked : State::kFailed, 0};
}

void PlainStream::finish_writing() { ::shutdown(fd_, SHUT_WR); }

}  // namespace halcyon::signald
