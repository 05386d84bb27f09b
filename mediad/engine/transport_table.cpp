#include "mediad/engine/transport_table.h"

#include <algorithm>

namespace halcyon::mediad {

MediaTransport& TransportTable::open(TransportId id, IceCredentials local, DeadlineQueue& queue,
                                     Timestamp now) {
  auto& slot = by_id_[id];
  slot = std::make_unique<MediaTransport>(id, std::move(local), queue, now);
  update_ufrags(*slot);
  return *slot;
}

void TransportTable::close(MediaTransport& transport) {
  for (const std::string& ufrag : transport.ufrags) by_ufrag_.erase(ufrag);
  while (!transport.addresses.empty()) forget_address(transport.addresses.back());
  by_id_.erase(transport.id());
}

MediaTransport* TransportTable::by_id(TransportId id) const {
  const auto it = by_id_.find(id);
  return it == by_id_.end() ? nullptr : it->second.get();
}

MediaTransport* TransportTable::by_ufrag(std::string_view ufrag) const {
  const auto it = by_ufrag_.find(ufrag);
  return it == by_ufrag_.end() ? nullptr : it->second;
}

void TransportTable::learn_address(MediaTransport& transport, const TransportAddress& address) {
  auto& owner = by_address_[address];
  if (owner == &transport) return;
  if (owner != nullptr) std::erase(owner->addresses, address);
  owner = &transport;
  transport.addresses.push_back(address);
  if (transport.addresses.size() <= kMaxAddressesPerTransport) return;
  const auto oldest =
      std::find_if(transport.addresses.begin(), transport.addresses.end(),
                   [&](const TransportAddress& a) { return a != transport.ice.selected(); });
  forget_address(TransportAddress(*oldest));
}

void TransportTable::forget_address(const TransportAddress& address) {
  const TransportAddress copy = address;  // the argument may live in the vector that changes
  const auto it = by_address_.find(copy);
  if (it == by_address_.end()) return;
  std::erase(it->second->addresses, copy);
  by_address_.erase(it);
}

void TransportTable::update_ufrags(MediaTransport& transport) {
  for (const std::string& ufrag : transport.ufrags) by_ufrag_.erase(ufrag);
  transport.ufrags = {transport.ice.local().ufrag};
  const auto& previous = transport.ice.previous_local();
  if (previous.has_value()) transport.ufrags.push_back(previous->ufrag);
  for (const std::string& ufrag : transport.ufrags) by_ufrag_[ufrag] = &transport;
}

bool TransportTable::ufrag_taken(std::string_view ufrag, TransportId by_other_than) const {
  const MediaTransport* owner = by_ufrag(ufrag);
  return owner != nullptr && owner->id() != by_other_than;
}

}  // namespace halcyon::mediad
