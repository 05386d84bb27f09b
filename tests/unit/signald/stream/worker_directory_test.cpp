#include "signald/stream/worker_directory.h"

#include <doctest/doctest.h>

#include "tests/unit/signald/stream/fake_worker.h"

using namespace halcyon;
using namespace halcyon::signald;

namespace {

struct Workers {
  explicit Workers(PlacementMode mode = PlacementMode::kNear) : directory(mode) {
    for (FakeWorker* worker : {&a, &b, &c}) directory.add(worker->hello, *worker);
  }
  void load(int instance, double load) {
    halcyon::ipc::Statistics statistics;
    statistics.set_cpu_load(load);
    directory.take_statistics(*directory.find(WorkerInstance(instance)), statistics, Timestamp());
  }
  static std::uint64_t id(const Worker* worker) {
    return worker == nullptr ? 0 : worker->instance.value();
  }
  FakeWorker a{"0", 1, 5000}, b{"1", 2, 5001}, c{"2", 3, 5002};
  WorkerDirectory directory;
};

}  // namespace

TEST_CASE("publishers go to the worker with the least to do") {
  Workers w;
  CHECK(w.id(w.directory.for_publisher()) == 1);
  w.load(1, 0.5);
  w.load(2, 0.3);
  w.load(3, 0.4);
  CHECK(w.id(w.directory.for_publisher()) == 2);
  CHECK(w.id(w.directory.for_publisher(WorkerInstance(2))) == 3);
}

TEST_CASE("idle workers share by the number of their transports") {
  Workers w;
  w.load(1, 0.02);
  w.load(2, 0.04);
  w.load(3, 0.01);
  w.directory.find(WorkerInstance(1))->transports = 2;
  w.directory.find(WorkerInstance(2))->transports = 1;
  w.directory.find(WorkerInstance(3))->transports = 3;
  CHECK(w.id(w.directory.for_publisher()) == 2);
}

TEST_CASE("receivers stay on the publisher's worker until it is loaded") {
  Workers w;
  w.load(1, 0.69);
  CHECK(w.id(w.directory.for_receiver(WorkerInstance(1))) == 1);
  w.load(1, 0.75);
  w.load(2, 0.2);
  w.load(3, 0.1);
  CHECK(w.id(w.directory.for_receiver(WorkerInstance(1))) == 3);
  w.load(2, 0.9);
  w.load(3, 0.8);
  CHECK(w.id(w.directory.for_receiver(WorkerInstance(1))) == 1);
}

TEST_CASE("there is room while a usable worker is not full") {
  Workers w;
  CHECK(w.directory.has_room());
  for (int i = 1; i <= 3; ++i) w.load(i, 0.97);
  CHECK(w.directory.has_usable());
  CHECK_FALSE(w.directory.has_room());
  w.load(2, 0.94);
  CHECK(w.directory.has_room());
  w.directory.find(WorkerInstance(2))->draining = true;
  CHECK_FALSE(w.directory.has_room());
}

TEST_CASE("rates are those between two reports") {
  Workers w;
  Worker& worker = *w.directory.find(WorkerInstance(1));
  halcyon::ipc::Statistics statistics;
  const auto report = [&](std::uint64_t packets, std::uint64_t bytes, std::int64_t ms) {
    statistics.set_packets_sent(packets);
    statistics.set_bytes_sent(bytes);
    w.directory.take_statistics(worker, statistics, Timestamp::from_ms(ms));
  };
  report(1000, 50'000, 0);
  CHECK(worker.rates.packets_sent == 0);  // there is nothing to compare with
  report(1100, 60'000, 2000);
  CHECK(worker.rates.packets_sent == 50);
  CHECK(worker.rates.bits_sent == 40'000);
  report(5, 10, 3000);  // it began again
  CHECK(worker.rates.packets_sent == 0);
}

TEST_CASE("a burst of receivers spreads before the first statistics tell of it") {
  Workers w;
  Worker& near = *w.directory.find(WorkerInstance(1));
  int placed = 0;
  while (w.directory.for_receiver(near.instance) == &near && placed < 10000) {
    near.assumed_load += kAssumedLoadPerTransport;
    ++placed;
  }
  CHECK(placed > 300);
  CHECK(placed < 400);
}

TEST_CASE("spread mode never uses the publisher's worker while there is another") {
  Workers w(PlacementMode::kSpread);
  CHECK(w.id(w.directory.for_receiver(WorkerInstance(1))) == 2);
  CHECK(w.id(w.directory.for_receiver(WorkerInstance(2))) == 1);
  w.directory.remove(WorkerInstance(2));
  w.directory.remove(WorkerInstance(3));
  CHECK(w.id(w.directory.for_receiver(WorkerInstance(1))) == 1);
}

TEST_CASE("draining, unconnected and refusing workers get nothing") {
  Workers w;
  w.directory.find(WorkerInstance(1))->draining = true;
  w.directory.find(WorkerInstance(2))->link = nullptr;
  CHECK(w.id(w.directory.for_publisher()) == 3);
  CHECK(w.id(w.directory.for_receiver(WorkerInstance(1))) == 3);
  w.directory.find(WorkerInstance(3))->resting_reports = 2;
  CHECK_FALSE(w.directory.has_usable());
  CHECK(w.directory.for_publisher() == nullptr);
  w.load(3, 0);
  CHECK_FALSE(w.directory.has_usable());
  w.load(3, 0);
  CHECK(w.id(w.directory.for_publisher()) == 3);
}

TEST_CASE("a worker that avoids itself is better than none") {
  Workers w;
  w.directory.remove(WorkerInstance(2));
  w.directory.remove(WorkerInstance(3));
  CHECK(w.id(w.directory.for_publisher(WorkerInstance(1))) == 1);
}

TEST_CASE("a name keeps its number over restarts") {
  Workers w;
  CHECK(w.directory.find(WorkerInstance(2))->index == 1);
  w.directory.remove(WorkerInstance(2));
  FakeWorker again("1", 99, 5001);
  CHECK(w.directory.add(again.hello, again).index == 1);
}

TEST_CASE("candidates put UDP before TCP and earlier addresses before later ones") {
  const auto candidates = worker_candidates(FakeWorker("0", 1, 5000).hello);
  REQUIRE(candidates.size() == 4);
  CHECK(sdp::write_candidate(candidates[0]) ==
        "candidate:1 1 udp 2130706431 192.0.2.1 5000 typ host");
  CHECK(candidates[1].address == "2001:db8::1");
  CHECK(candidates[2].transport == "tcp");
  CHECK(candidates[2].extensions[0].second == "passive");
  for (std::size_t i = 1; i < candidates.size(); ++i) {
    CHECK(candidates[i].priority < candidates[i - 1].priority);
    CHECK(candidates[i].foundation != candidates[i - 1].foundation);
  }
}
