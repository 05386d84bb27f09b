#include "common/check/check.h"
#include "mediad/ice/ice_lite_session.h"
#include "mediad/ice/stun_codec.h"
#include "mediad/ice/stun_layout.h"

using namespace halcyon;
using namespace halcyon::mediad;

// The user name and password of RFC 5769, so that its request is authentic.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::uint8_t> datagram(data, size);
  const std::string password = "VOkJxbRl1RmTxUk/WvJxBt";
  const TransportAddress from{SocketAddress::parse("192.0.2.1", 32853).value(), 0};
  IceLiteSession session({"evtj", password}, Timestamp());
  session.set_remote_ufrag("h6vY");
  const auto outcome = session.handle_datagram(datagram, from, Timestamp());
  const auto answer = outcome ? outcome->response : session.error_response();
  check(!outcome || !answer.empty());
  check(answer.empty() || read_stun_layout(answer).has_value());
  check(!session.selected() || stun_local_ufrag(datagram) == "evtj");
  if (read_stun_layout(datagram)) {
    static_cast<void>(read_binding_response(datagram, stun_transaction_id(datagram), password));
  }
  return 0;
}
