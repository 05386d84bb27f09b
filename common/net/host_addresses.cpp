#include "common/net/host_addresses.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>

#include <cstring>

namespace halcyon {
namespace {

bool is_link_local(const sockaddr* address) {
  if (address->sa_family != AF_INET6) return false;
  sockaddr_in6 v6;
  std::memcpy(&v6, address, sizeof v6);
  return IN6_IS_ADDR_LINKLOCAL(&v6.sin6_addr);
}

bool is_usable(const ifaddrs& entry, bool with_v6) {
  if (entry.ifa_addr == nullptr || (entry.ifa_flags & IFF_UP) == 0 ||
      (entry.ifa_flags & IFF_LOOPBACK) != 0) {
    return false;
  }
  if (entry.ifa_addr->sa_family == AF_INET) return true;
  return with_v6 && entry.ifa_addr->sa_family == AF_INET6 && !is_link_local(entry.ifa_addr);
}

}  // namespace

std::vector<SocketAddress> host_addresses(bool with_v6) {
  std::vector<SocketAddress> addresses;
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) == 0) {
    for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
      if (!is_usable(*entry, with_v6) || addresses.size() == kMaxHostAddresses) continue;
      SocketAddress address = SocketAddress::from_sockaddr(entry->ifa_addr);
      address.set_port(0);
      if (!address.is_loopback()) addresses.push_back(address);
    }
    freeifaddrs(list);
  }
  if (addresses.empty()) addresses.push_back(*SocketAddress::parse("127.0.0.1", 0));
  return addresses;
}

}  // namespace halcyon
