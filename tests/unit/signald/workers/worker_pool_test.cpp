#include "signald/workers/worker_pool.h"

#include <doctest/doctest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <vector>

#include "common/clock/clock.h"
#include "common/ipc/ipc_connection.h"
#include "signald/stream/ipc_commands.h"

using namespace halcyon;
using namespace halcyon::signald;

namespace {

/// Notes what the pool tells the plane.
struct RecordingPlane final : WorkerObserver {
  void worker_connected(const ipc::Hello& hello, WorkerLink& link, Timestamp) override {
    said.push_back("connected " + std::to_string(hello.worker_instance()));
    links[hello.worker_instance()] = &link;
    link.send(welcome(1, 0));
    if (on_change) on_change();
  }
  void worker_message(WorkerInstance instance, const ipc::MediaToSignal& message,
                      Timestamp) override {
    said.push_back("message " + std::to_string(instance.value()) + " " +
                   std::to_string(message.body_case()));
    if (on_change) on_change();
  }
  void worker_disconnected(WorkerInstance instance) override {
    said.push_back("disconnected " + std::to_string(instance.value()));
    if (on_change) on_change();
  }
  void worker_lost(WorkerInstance instance, Timestamp) override {
    said.push_back("lost " + std::to_string(instance.value()));
    if (on_change) on_change();
  }
  bool heard(const std::string& what) const {
    return std::find(said.begin(), said.end(), what) != said.end();
  }
  std::vector<std::string> said;
  std::map<std::uint64_t, WorkerLink*> links;
  std::function<void()> on_change;
};

WorkerTimes short_times() {
  WorkerTimes times;
  times.silence = TimeDelta::seconds(20);  // longer than any test
  times.reconnect_grace = TimeDelta::millis(50);
  times.restart_step = TimeDelta::millis(40);
  times.restart_maximum = TimeDelta::millis(80);
  times.termination = TimeDelta::millis(300);
  times.check_interval = TimeDelta::millis(5);
  return times;
}

/// A pool on a loop of its own; the loop turns until a condition holds, for 10 s at most.
struct Bench {
  Bench() {
    char name[] = "/tmp/halcyon-pool-XXXXXX";
    folder = mkdtemp(name);
    options.ipc_path = folder + "/ipc";
    options.times = short_times();
    plane.on_change = [this] { look(); };
  }
  ~Bench() {
    workers.clear();
    pool.reset();
    std::filesystem::remove_all(folder);
  }
  void open() {
    pool = std::make_unique<WorkerPool>(loop, plane, options);
    const auto started = pool->start();
    REQUIRE_MESSAGE(started.has_value(), (started ? "" : started.error().message));
  }
  void look() {
    if (condition && condition()) loop.stop();
  }
  /// False if it does not come true in time.
  bool wait(std::function<bool()> until) {
    condition = std::move(until);
    poll.start_repeating(TimeDelta::millis(2));
    limit.start_once(TimeDelta::seconds(10));
    if (!condition()) loop.run();
    poll.stop();
    limit.stop();
    const bool reached = condition();
    condition = nullptr;
    return reached;
  }
  void stop() {
    bool stopped = false;
    pool->stop([&] { stopped = true; });
    CHECK(wait([&] { return stopped; }));
  }
  /// A script in the folder that can stand in for mediad.
  std::string script(const std::string& text) {
    const std::string path = folder + "/worker.sh";
    std::ofstream(path) << "#!/bin/sh\n" << text;
    chmod(path.c_str(), 0755);
    return path;
  }
  std::vector<std::string> lines(const std::string& file) const {
    std::ifstream in(folder + "/" + file);
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
  }

  /// One end of a connection, as a worker has it.
  struct Worker {
    std::unique_ptr<IpcConnection> ipc;
    std::vector<ipc::SignalToMedia> received;
    std::string closed;
    void send(const ipc::MediaToSignal& message) { ipc->send(message.SerializeAsString()); }
  };
  Worker& connect() {
    workers.push_back(std::make_unique<Worker>());
    Worker& worker = *workers.back();
    uv::UnixStream::connect(loop, options.ipc_path, [this, &worker](auto stream) {
      if (!stream) return;
      worker.ipc = std::make_unique<IpcConnection>(
          std::move(*stream),
          IpcConnection::Callbacks{[this, &worker](std::string_view bytes) {
                                     worker.received.emplace_back().ParseFromArray(
                                         bytes.data(), static_cast<int>(bytes.size()));
                                     look();
                                   },
                                   [this, &worker](const std::string& reason) {
                                     worker.closed = reason;
                                     look();
                                   }});
    });
    REQUIRE(wait([&] { return worker.ipc != nullptr; }));
    return worker;
  }
  static ipc::MediaToSignal hello(const std::string& name, std::uint64_t instance, int pid = 1) {
    ipc::MediaToSignal message;
    ipc::Hello& h = *message.mutable_hello();
    h.set_protocol_version(kIpcProtocolVersion);
    h.set_worker_name(name);
    h.set_worker_instance(instance);
    h.set_pid(static_cast<std::uint32_t>(pid));
    h.mutable_fingerprint()->set_algorithm("sha-256");
    h.mutable_fingerprint()->set_digest(std::string(32, 'x'));
    ipc::Endpoint& endpoint = *h.add_candidates()->mutable_endpoint();
    endpoint.set_address("127.0.0.1");
    endpoint.set_port(5000);
    *h.mutable_relay() = endpoint;
    return message;
  }
  static ipc::MediaToSignal statistics() {
    ipc::MediaToSignal message;
    message.mutable_statistics();
    return message;
  }

  uv::Loop loop;
  uv::Timer limit{loop, [this] { loop.stop(); }};
  uv::Timer poll{loop, [this] { look(); }};
  std::string folder;
  RecordingPlane plane;
  WorkerPoolOptions options;
  std::unique_ptr<WorkerPool> pool;
  std::vector<std::unique_ptr<Worker>> workers;
  std::function<bool()> condition;
};

}  // namespace

TEST_CASE("the socket is for its owner, or for the group when asked") {
  struct stat status;
  Bench own;
  own.open();
  REQUIRE(stat(own.options.ipc_path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
  Bench group;
  group.options.group_may_connect = true;
  group.open();
  REQUIRE(stat(group.options.ipc_path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0660);
}

TEST_CASE("a worker introduces itself, is welcomed and heard") {
  Bench b;
  b.open();
  auto& worker = b.connect();
  CHECK(b.pool->connected() == 0);
  worker.send(Bench::hello("a", 7));
  CHECK(b.wait([&] { return !worker.received.empty(); }));
  CHECK(worker.received[0].has_welcome());
  CHECK(b.pool->connected() == 1);
  worker.send(Bench::statistics());
  CHECK(b.wait([&] { return b.plane.heard("message 7 5"); }));
  b.stop();
  CHECK_FALSE(b.plane.heard("disconnected 7"));
}

TEST_CASE("a Hello that cannot be accepted closes the connection") {
  const auto refused = [](auto change) {
    auto message = Bench::hello("a", 7);
    change(*message.mutable_hello());
    return hello_fault(message.hello()).value_or("");
  };
  CHECK(refused([](auto&) {}) == "");
  CHECK(refused([](auto& h) { h.set_protocol_version(2); }).find("version 2") != std::string::npos);
  CHECK(refused([](auto& h) { h.clear_worker_name(); }) != "");
  CHECK(refused([](auto& h) { h.set_worker_name("a\nb"); }) != "");
  CHECK(refused([](auto& h) { h.set_worker_name(std::string(65, 'a')); }) != "");
  CHECK(refused([](auto& h) { h.clear_worker_instance(); }) != "");
  CHECK(refused([](auto& h) { h.mutable_fingerprint()->set_algorithm("sha-1"); }) != "");
  CHECK(refused([](auto& h) { h.mutable_fingerprint()->set_digest("x"); }) != "");
  CHECK(refused([](auto& h) { h.clear_candidates(); }) != "");
  CHECK(refused([](auto& h) {
          h.mutable_candidates(0)->mutable_endpoint()->set_address("host.example");
        }) != "");
  CHECK(refused([](auto& h) { h.mutable_candidates(0)->mutable_endpoint()->set_port(70000); }) !=
        "");
  CHECK(refused([](auto& h) { h.clear_relay(); }) != "");

  Bench b;
  b.open();
  auto& worker = b.connect();
  auto message = Bench::hello("a", 7);
  message.mutable_hello()->set_protocol_version(99);
  worker.send(message);
  CHECK(b.wait([&] { return !worker.closed.empty(); }));
  CHECK(b.plane.said.empty());
}

TEST_CASE("a worker that breaks the protocol is disconnected") {
  for (const int fault : {0, 1, 2}) {
    CAPTURE(fault);
    Bench b;
    b.open();
    auto& worker = b.connect();
    if (fault == 0) worker.send(Bench::statistics());
    if (fault == 1) worker.ipc->send("\xff\xff\xff");
    if (fault == 2) {
      worker.send(Bench::hello("a", 7));
      worker.send(Bench::hello("a", 7));
    }
    CHECK(b.wait([&] { return !worker.closed.empty(); }));
    CHECK(b.plane.heard("connected 7") == (fault == 2));
  }
}

TEST_CASE("a worker that comes back in time is not lost, one that stays away is") {
  Bench b;
  b.options.times.reconnect_grace = TimeDelta::millis(500);
  b.open();
  auto& worker = b.connect();
  worker.send(Bench::hello("a", 7));
  CHECK(b.wait([&] { return b.plane.heard("connected 7"); }));
  worker.ipc.reset();
  CHECK(b.wait([&] { return b.plane.heard("disconnected 7"); }));
  CHECK(b.pool->connected() == 0);
  auto& again = b.connect();
  again.send(Bench::hello("a", 7));
  CHECK(b.wait([&] { return b.pool->connected() == 1; }));
  CHECK_FALSE(b.plane.heard("lost 7"));
  again.ipc.reset();
  CHECK(b.wait([&] { return b.plane.heard("lost 7"); }));
}

TEST_CASE("a second connection of the same name replaces the first without a loss in between") {
  Bench b;
  b.open();
  auto& first = b.connect();
  first.send(Bench::hello("a", 7));
  CHECK(b.wait([&] { return b.plane.heard("connected 7"); }));
  auto& second = b.connect();
  second.send(Bench::hello("a", 8));
  CHECK(b.wait([&] { return !first.closed.empty() && b.plane.heard("connected 8"); }));
  CHECK(b.pool->connected() == 1);
  CHECK_FALSE(b.plane.heard("disconnected 8"));
  second.send(Bench::statistics());
  CHECK(b.wait([&] { return b.plane.heard("message 8 5"); }));
}

TEST_CASE("a silent worker is lost, a talking one is not") {
  Bench b;
  b.options.times.silence = TimeDelta::millis(200);
  b.options.times.check_interval = TimeDelta::millis(50);
  b.open();
  auto& silent = b.connect();
  auto& talking = b.connect();
  silent.send(Bench::hello("a", 7));
  talking.send(Bench::hello("b", 8));
  uv::Timer heartbeat(b.loop, [&] {
    if (talking.ipc) talking.send(Bench::statistics());
  });
  heartbeat.start_repeating(TimeDelta::millis(20));
  CHECK(b.wait([&] { return b.plane.heard("lost 7"); }));
  CHECK_FALSE(silent.closed.empty());
  CHECK_FALSE(b.plane.heard("lost 8"));
  CHECK(b.pool->connected() == 1);
}

TEST_CASE("workers get their place, name, port and addresses as flags") {
  Bench b;
  b.options.mediad_path = b.script("echo \"$@\" > " + b.folder + "/flags-$4\nexec sleep 30\n");
  b.options.count = 2;
  b.options.udp_range = UdpRange{7000, 7001};
  b.options.announce = {"192.0.2.1", "2001:db8::1"};
  b.options.log_level = "debug";
  b.open();
  CHECK(b.pool->started() == 2);
  CHECK(b.wait([&] { return !b.lines("flags-0").empty() && !b.lines("flags-1").empty(); }));
  CHECK(b.lines("flags-1")[0] == "-ipc " + b.options.ipc_path +
                                     " -name 1 -log-level debug -udp-port 7001"
                                     " -announce 192.0.2.1 -announce 2001:db8::1");
  b.stop();
  CHECK(b.pool->started() == 0);
}

TEST_CASE("a worker that keeps ending is started again, at once and then ever slower") {
  Bench b;
  b.options.mediad_path = b.script("date +%s%N >> " + b.folder + "/starts\nexit 3\n");
  b.options.count = 1;
  b.open();
  CHECK(b.wait([&] { return b.lines("starts").size() >= 6; }));
  CHECK(b.pool->supervision().at("0").restarts >= 5);
  b.stop();
  const auto starts = b.lines("starts");
  const auto gap = [&](std::size_t i) {
    return (std::stoll(starts[i + 1]) - std::stoll(starts[i])) / 1'000'000;
  };
  // Delays of 0, 40, 80, 80 ms; a loaded machine makes gaps longer, never shorter.
  CHECK(gap(1) >= 35);
  CHECK(gap(2) >= 75);
  CHECK(gap(3) >= 75);
}

TEST_CASE("a program that fails at once does not keep the pool from stopping") {
  Bench b;
  b.options.mediad_path = "/bin/false";
  b.options.count = 3;
  b.open();
  CHECK(b.wait([&] { return b.pool->started() < 3; }));
  b.stop();
  CHECK(b.pool->started() == 0);
}

TEST_CASE("a program that does not exist is an error that names it") {
  Bench b;
  b.options.mediad_path = b.folder + "/missing";
  b.options.count = 1;
  b.pool = std::make_unique<WorkerPool>(b.loop, b.plane, b.options);
  const auto started = b.pool->start();
  REQUIRE_FALSE(started.has_value());
  CHECK(started.error().message.find("/missing") != std::string::npos);
}

TEST_CASE("a worker that ignores SIGTERM is killed at shutdown") {
  Bench b;
  b.options.mediad_path =
      b.script("trap '' TERM\ntouch " + b.folder + "/ready\nwhile true; do sleep 0.05; done\n");
  b.options.count = 1;
  b.open();
  CHECK(b.wait([&] { return std::filesystem::exists(b.folder + "/ready"); }));
  b.stop();
  CHECK(b.pool->started() == 0);
}

TEST_CASE("a process of ours that never connects is replaced") {
  Bench b;
  b.options.mediad_path = b.script("echo x >> " + b.folder + "/starts\nexec sleep 30\n");
  b.options.count = 1;
  b.options.times.silence = TimeDelta::millis(100);
  b.options.times.check_interval = TimeDelta::millis(10);
  b.open();
  CHECK(b.wait([&] { return b.lines("starts").size() >= 2; }));
  b.stop();
}

TEST_CASE("the end of a process of ours loses its worker without grace, and it is started again") {
  Bench b;
  b.options.mediad_path = b.script("echo $$ >> " + b.folder + "/pids\nexec sleep 30\n");
  b.options.count = 1;
  b.options.times.reconnect_grace = TimeDelta::seconds(60);
  b.open();
  CHECK(b.wait([&] { return b.lines("pids").size() == 1; }));
  const int pid = std::stoi(b.lines("pids")[0]);
  auto& worker = b.connect();  // in its name
  worker.send(Bench::hello("0", 7, pid));
  CHECK(b.wait([&] { return b.plane.heard("connected 7"); }));
  kill(pid, SIGKILL);
  CHECK(b.wait([&] { return b.plane.heard("lost 7") && b.lines("pids").size() == 2; }));
  CHECK_FALSE(worker.closed.empty());
  b.stop();
}

TEST_CASE(
    "a worker left behind by an earlier signald is served, and none is started in its place") {
  Bench b;
  b.options.mediad_path = b.script("echo x >> " + b.folder + "/starts\nwhile [ ! -e " + b.folder +
                                   "/go ]; do sleep 0.01; done\nexit 1\n");
  b.options.count = 1;
  b.open();
  CHECK(b.wait([&] { return b.lines("starts").size() == 1; }));
  auto& orphan = b.connect();
  orphan.send(Bench::hello("0", 7, 1));
  CHECK(b.wait([&] { return b.plane.heard("connected 7"); }));
  std::ofstream(b.folder + "/go") << "x";
  CHECK(b.wait([&] { return b.pool->started() == 0; }));
  const auto later = monotonic_now() + TimeDelta::millis(100);
  CHECK(b.wait([&] { return monotonic_now() > later; }));
  CHECK(b.lines("starts").size() == 1);
  orphan.ipc.reset();
  CHECK(b.wait([&] { return b.lines("starts").size() >= 2; }));
  b.stop();
}

TEST_CASE("a stranger may not take the name of a running worker of ours") {
  Bench b;
  b.options.mediad_path = b.script("echo $$ >> " + b.folder + "/pids\nexec sleep 30\n");
  b.options.count = 1;
  b.open();
  CHECK(b.wait([&] { return b.lines("pids").size() == 1; }));
  auto& ours = b.connect();
  ours.send(Bench::hello("0", 7, std::stoi(b.lines("pids")[0])));
  CHECK(b.wait([&] { return b.plane.heard("connected 7"); }));
  auto& stranger = b.connect();
  stranger.send(Bench::hello("0", 8, 1));
  CHECK(b.wait([&] { return !stranger.closed.empty(); }));
  CHECK(b.pool->connected() == 1);
  CHECK_FALSE(b.plane.heard("connected 8"));
  b.stop();
}

TEST_CASE("a listener on a path in use is refused") {
  Bench b;
  b.open();
  WorkerPool second(b.loop, b.plane, b.options);
  const auto started = second.start();
  REQUIRE_FALSE(started.has_value());
  CHECK(started.error().message.find("another process is listening") != std::string::npos);
}
