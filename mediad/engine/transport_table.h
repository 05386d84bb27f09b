#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "common/ids/media_ids.h"
#include "mediad/engine/media_transport.h"

namespace halcyon::mediad {

/// All transports of a worker, found by id, by the ufrag that a check names, and by the addresses
/// that checks have authenticated.
class TransportTable {
 public:
  MediaTransport& open(TransportId id, IceCredentials local, DeadlineQueue& queue, Timestamp now);
  /// Its tracks must be gone already.
  void close(MediaTransport& transport);

  MediaTransport* by_id(TransportId id) const;
  MediaTransport* by_ufrag(std::string_view ufrag) const;
  MediaTransport* by_address(const TransportAddress& address) const {
    const auto it = by_address_.find(address);
    return it == by_address_.end() ? nullptr : it->second;
  }

  /// After an authenticated check from there. The last transport to prove itself has the address:
  /// ports are used again.
  void learn_address(MediaTransport& transport, const TransportAddress& address);
  void forget_address(const TransportAddress& address);
  /// After a change of the transport's local credentials, previous ones included.
  void update_ufrags(MediaTransport& transport);
  /// Whether another transport answers to it already.
  bool ufrag_taken(std::string_view ufrag, TransportId by_other_than) const;

  std::size_t size() const { return by_id_.size(); }
  std::size_t address_count() const { return by_address_.size(); }
  const std::unordered_map<TransportId, std::unique_ptr<MediaTransport>>& all() const {
    return by_id_;
  }

 private:
  struct AddressHash {
    std::size_t operator()(const TransportAddress& a) const noexcept {
      return a.address.hash() ^ (a.tcp_connection * 0x9E3779B97F4A7C15u);
    }
  };
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view s) const noexcept {
      return std::hash<std::string_view>{}(s);
    }
  };

  std::unordered_map<TransportId, std::unique_ptr<MediaTransport>> by_id_;
  std::unordered_map<std::string, MediaTransport*, TextHash, std::equal_to<>> by_ufrag_;
  std::unordered_map<TransportAddress, MediaTransport*, AddressHash> by_address_;
};

}  // namespace halcyon::mediad
