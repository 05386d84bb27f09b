#include "mediad/engine/deadline_queue.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "common/random/random.h"

namespace halcyon::mediad {
namespace {

Timestamp at(std::int64_t ms) { return Timestamp::from_ms(ms); }

TEST_CASE("deadlines come up in the order of their moments, whatever the order of setting") {
  DeadlineQueue queue;
  SeededRandom random(1);
  std::vector<std::unique_ptr<Deadline>> deadlines;
  for (int i = 0; i < 500; ++i) {
    deadlines.push_back(std::make_unique<Deadline>(queue, DeadlineReason::kIce));
    deadlines.back()->set(at(random.u32() % 1000));
  }
  // Half of them move, some to earlier and some to later, and some end.
  for (int i = 0; i < 500; i += 2)
    deadlines[static_cast<std::size_t>(i)]->set(at(random.u32() % 1000));
  for (int i = 0; i < 100; ++i)
    deadlines.erase(deadlines.begin() + random.u32() % deadlines.size());
  std::vector<Timestamp> expected;
  for (const auto& d : deadlines) expected.push_back(d->at());
  std::sort(expected.begin(), expected.end());
  std::vector<Timestamp> got;
  while (!queue.next().is_never()) {
    const Timestamp next = queue.next();
    const Deadline* due = queue.pop_due(next);
    REQUIRE(due != nullptr);
    CHECK(due->at().is_never());
    got.push_back(next);
  }
  CHECK(got == expected);
}

TEST_CASE("nothing comes up before its moment") {
  DeadlineQueue queue;
  Deadline d(queue, DeadlineReason::kStatistics);
  d.set(at(100));
  CHECK(queue.pop_due(at(99)) == nullptr);
  CHECK(queue.pop_due(at(100)) == &d);
  CHECK(queue.pop_due(at(1000)) == nullptr);
  CHECK(queue.next().is_never());
}

TEST_CASE("set_no_later_than moves a deadline to an earlier moment only") {
  DeadlineQueue queue;
  Deadline d(queue, DeadlineReason::kTrackFeedback);
  d.set_no_later_than(at(100));
  d.set_no_later_than(at(200));
  CHECK(queue.next() == at(100));
  d.set_no_later_than(at(50));
  CHECK(queue.next() == at(50));
}

TEST_CASE("a deadline that is destroyed or set to never leaves the queue") {
  DeadlineQueue queue;
  Deadline stays(queue, DeadlineReason::kIce);
  stays.set(at(30));
  {
    Deadline goes(queue, DeadlineReason::kIce);
    goes.set(at(10));
    CHECK(queue.next() == at(10));
  }
  CHECK(queue.next() == at(30));
  stays.set(Timestamp::never());
  CHECK(queue.next().is_never());
}

}  // namespace
}  // namespace halcyon::mediad
