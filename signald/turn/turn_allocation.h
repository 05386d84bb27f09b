#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "common/net/socket_address.h"

namespace halcyon::signald {

/// A client of a TURN server over UDP (RFC 8656), as far as our own test of servers needs one: an
/// allocation, one permission, datagrams through them. No socket, no clock: the owner passes bytes
/// and repeats requests that stay unanswered.
class TurnAllocation {
 public:
  enum class State {
    kAllocating,
    kAllocated,   // relayed_address() is known
    kPermitting,  // one peer
    kPermitted,
    kRefused,  // refusal() says why
  };
  using Bytes = std::vector<std::uint8_t>;

  /// Starts to allocate: see poll_output().
  TurnAllocation(std::string username, std::string password);
  ~TurnAllocation();
  TurnAllocation(const TurnAllocation&) = delete;
  TurnAllocation& operator=(const TurnAllocation&) = delete;

  State state() const { return state_; }
  /// Where peers reach this client.
  const SocketAddress& relayed_address() const { return relayed_; }
  const std::string& refusal() const { return refusal_; }

  /// Asks that the peer's datagrams be let through. In kAllocated only.
  void permit(const SocketAddress& peer);
  /// Through the relay. In kPermitted only; may be lost.
  void send_to(const SocketAddress& peer, std::span<const std::uint8_t> data);
  /// Gives the allocation back; does not wait for the answer.
  void release();

  /// From the server. Gives what a peer sent, if it is that; whatever else is of no use is ignored.
  std::optional<Bytes> handle_datagram(std::span<const std::uint8_t> datagram);
  /// Sends the unanswered request again, if there is one.
  void repeat();
  /// For the server; to be drained after every call.
  std::optional<Bytes> poll_output();

 private:
  struct Library;
  void ask_for_allocation();
  void take_error(Bytes bytes);
  void refused(const std::string& what);
  void sent(std::size_t size);

  std::string username_;
  std::string password_;
  std::unique_ptr<Library> library_;  // of libnice
  State state_ = State::kAllocating;
  SocketAddress relayed_;
  std::string refusal_;
  int challenges_ = 0;
  Bytes unanswered_;
  std::deque<Bytes> output_;
};

}  // namespace halcyon::signald
