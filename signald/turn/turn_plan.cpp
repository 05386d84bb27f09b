#include "signald/turn/turn_plan.h"

#include <algorithm>
#include <array>

#include "common/net/address_range.h"

namespace halcyon::signald {
namespace {

bool contains(const std::vector<SocketAddress>& list, const SocketAddress& address) {
  return std::find(list.begin(), list.end(), address) != list.end();
}

void add_new(std::vector<SocketAddress>& list, const SocketAddress& address) {
  if (!contains(list, address)) list.push_back(address);
}

}  // namespace

bool is_public_v4(const SocketAddress& address) {
  static const std::array kOthers = {
      *AddressRange::parse("0.0.0.0/8"),       // unspecified, this network
      *AddressRange::parse("10.0.0.0/8"),      // private (RFC 1918)
      *AddressRange::parse("127.0.0.0/8"),     // loopback
      *AddressRange::parse("169.254.0.0/16"),  // link-local
      *AddressRange::parse("172.16.0.0/12"),   // private
      *AddressRange::parse("192.168.0.0/16"),  // private
      *AddressRange::parse("224.0.0.0/4"),     // multicast
      *AddressRange::parse("255.255.255.255"),
  };
  return address.is_v4() &&
         std::none_of(kOthers.begin(), kOthers.end(),
                      [&](const AddressRange& range) { return range.contains(address); });
}

ResultOr<TurnPlan> plan_turn(std::uint16_t port, const std::optional<SocketAddress>& announced,
                             const std::vector<SocketAddress>& host) {
  TurnPlan plan;
  plan.port = port;
  std::vector<SocketAddress> own;
  std::copy_if(host.begin(), host.end(), std::back_inserter(own),
               [](const SocketAddress& a) { return a.is_v4() && !a.is_loopback(); });
  if (!announced) {
    std::copy_if(own.begin(), own.end(), std::back_inserter(plan.listening), is_public_v4);
    if (plan.listening.empty()) {
      return fail(
          "this host has no public IPv4 address; behind NAT, name the address with -turn "
          "IP:PORT and forward that port");
    }
    plan.relays = plan.announced = plan.listening;
    return plan;
  }
  plan.announced = {*announced};
  plan.listening = own;
  if (announced->is_loopback() || contains(own, *announced)) {
    add_new(plan.listening, *announced);
    plan.relays = {*announced};
    return plan;
  }
  // Forwarded to us by a NAT, to whichever address: hence all of them listen.
  if (own.empty()) return fail("this host has no IPv4 address but loopback");
  plan.relays = {own.front()};
  plan.external = *announced;
  return plan;
}

void leave_out(TurnPlan& plan, const SocketAddress& address) {
  std::erase(plan.listening, address);
  // One of several public addresses; a single one that is announced may be reached by the others.
  if (plan.announced.size() > 1) {
    std::erase(plan.announced, address);
    std::erase(plan.relays, address);
  }
}

std::vector<std::string> turn_urls(const TurnPlan& plan) {
  std::vector<std::string> urls;
  for (const SocketAddress& address : plan.announced) {
    const std::string udp = "turn:" + address.ip() + ":" + std::to_string(plan.port);
    urls.push_back(udp);
    urls.push_back(udp + "?transport=tcp");
  }
  return urls;
}

std::vector<SocketAddress> allowed_peers(const TurnPlan& plan,
                                         const std::vector<SocketAddress>& announce,
                                         const std::vector<SocketAddress>& host) {
  std::vector<SocketAddress> peers;
  for (const SocketAddress& address : announce.empty() ? host : announce) {
    if (!address.is_loopback()) add_new(peers, address);
  }
  for (const SocketAddress& address : plan.announced) {
    if (!address.is_loopback()) add_new(peers, address);
  }
  return peers;
}

}  // namespace halcyon::signald
