#include "mediad/engine/handshake_runner.h"

#include <type_traits>
#include <utility>

namespace halcyon::mediad {

HandshakeResult make_handshake_result(TransportId id, DtlsSession::Output output) {
  return std::visit(
      [id](auto&& what) -> HandshakeResult {
        if constexpr (std::is_same_v<std::decay_t<decltype(what)>, DtlsSession::Connected>) {
          auto session = SrtpSession::create(what.keys);
          if (session) return {id, std::move(*session)};
          return {id, DtlsSession::Failed{"no SRTP session from the handshake's keys"}};
        } else {
          return {id, std::move(what)};
        }
      },
      std::move(output));
}

}  // namespace halcyon::mediad
