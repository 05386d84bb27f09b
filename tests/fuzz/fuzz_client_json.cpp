#include "common/check/check.h"
#include "signald/json/json_reader.h"
#include "signald/json/json_writer.h"
#include "signald/session/client_message.h"

using namespace halcyon;
using namespace halcyon::signald;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto value = parse_json(text);
  const auto message = decode_client_message(text);
  check(value || !message);
  if (value) {
    // What we relay must read the same everywhere.
    const std::string written = write_json(*value);
    const auto again = parse_json(written);
    check(again.has_value() && write_json(*again) == written);
    check(valid_utf8(written) == written);
  }
  return 0;
}
