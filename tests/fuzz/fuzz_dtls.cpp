#include "common/bytes/byte_reader.h"
#include "common/check/check.h"
#include "mediad/dtls/dtls_session.h"

using namespace halcyon;
using namespace halcyon::mediad;

// The input's first byte chooses the role; then come datagrams, each behind a length of two bytes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static SeededRandom certificate_random(1);
  static const auto certificate =
      DtlsCertificate::generate(certificate_random, WallTime{1'700'000'000'000'000}).value();
  ByteReader reader({data, size});
  const DtlsRole role = reader.u8() % 2 == 0 ? DtlsRole::kServer : DtlsRole::kClient;
  SeededRandom random(2);
  DtlsSession session(certificate, role, {}, random, Timestamp());
  Timestamp now;
  while (reader.remaining() > 0) {
    const std::size_t length = reader.u16();
    session.handle_datagram(reader.bytes(length), now);
    now = now + TimeDelta::millis(100);
    if (session.next_deadline() <= now) session.handle_timeout(now);
    check(session.next_deadline() > now);
    while (const auto output = session.poll_output()) {
      check(!std::holds_alternative<DtlsSession::Connected>(*output));  // nobody's fingerprint
    }
  }
  return 0;
}
