#include <cstddef>
#include <cstdint>
#include <variant>

#include "common/check/check.h"
#include "mediad/rtcp/compound.h"

using namespace halcyon;
using namespace halcyon::mediad;

namespace {

/// Looks at everything a packet has to show.
struct Reader {
  std::size_t seen = 0;

  void operator()(const SenderReport& p) { blocks(p.blocks); }
  void operator()(const ReceiverReport& p) { blocks(p.blocks); }
  void operator()(const Sdes& p) {
    if (const auto name = p.cname_of(Ssrc{1})) seen += name->size();
  }
  void operator()(const Bye& p) {
    for (const Ssrc ssrc : p.ssrcs) seen += ssrc.value() == 0 ? 0 : 1;
  }
  void operator()(const Nack& p) {
    p.for_each_lost([this](std::uint16_t) { ++seen; });
  }
  void operator()(const Pli&) { ++seen; }
  void operator()(const Fir& p) {
    for (const FirEntry entry : p.entries) seen += entry.sequence_number == 0 ? 1 : 2;
  }
  void operator()(const Remb& p) {
    for (const Ssrc ssrc : p.ssrcs) seen += ssrc.value() == 0 ? 0 : 1;
  }

 private:
  void blocks(const ReportBlockList& list) {
    for (const ReportBlock block : list) seen += block.fraction_lost == 0 ? 1 : 2;
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  RtcpCompoundReader reader({data, size});
  Reader visitor;
  std::size_t packets = 0;
  while (const auto packet = reader.next()) {
    std::visit(visitor, *packet);
    ++packets;
  }
  check((packets + reader.malformed() + reader.unknown() + reader.transport_wide()) <=
        size / 4 + 1);
  check(visitor.seen <= size * 17);
  return 0;
}
