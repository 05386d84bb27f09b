#include "mediad/track/keyframe_requester.h"

#include <doctest/doctest.h>

using namespace halcyon;
using namespace halcyon::mediad;

namespace {

Timestamp at(std::int64_t ms) { return Timestamp::from_ms(5000 + ms); }

}  // namespace

TEST_CASE("nothing is asked unless somebody wants a keyframe") {
  KeyframeRequester requester;
  CHECK(requester.next_deadline().is_never());
  CHECK_FALSE(requester.poll(at(0)));
}

TEST_CASE("a request goes out at once and is repeated until a keyframe comes") {
  KeyframeRequester requester;
  requester.request();
  CHECK(requester.next_deadline() <= at(0));
  CHECK(requester.poll(at(0)));
  CHECK_FALSE(requester.poll(at(499)));
  CHECK(requester.next_deadline() == at(500));
  CHECK(requester.poll(at(500)));
  requester.handle_keyframe();
  CHECK(requester.next_deadline().is_never());
  CHECK_FALSE(requester.poll(at(5000)));
}

TEST_CASE("many receivers' requests make two a second") {
  KeyframeRequester requester;
  int sent = 0;
  for (std::int64_t ms = 0; ms < 10'000; ++ms) {
    requester.request();
    if (requester.poll(at(ms))) {
      ++sent;
      requester.handle_keyframe();
    }
  }
  CHECK(sent == 20);
}

TEST_CASE("a silent sender is asked less often after ten tries") {
  KeyframeRequester requester;
  requester.request();
  int sent = 0;
  for (std::int64_t ms = 0; ms < 30'000; ms += 10) sent += requester.poll(at(ms)) ? 1 : 0;
  // Ten in 4.5 s, then one each 5 s.
  CHECK(sent == 10 + 5);
  requester.request();
  CHECK(requester.next_deadline() <= at(30'000));
}
