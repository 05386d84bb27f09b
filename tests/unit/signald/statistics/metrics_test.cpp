#include "signald/statistics/metrics.h"

#include <doctest/doctest.h>

#include "signald/json/json_writer.h"
#include "signald/statistics/metrics_writer.h"
#include "tests/unit/signald/statistics/metrics_format.h"

using namespace halcyon;
using namespace halcyon::signald;

namespace {

WorkerStatistics worker(const std::string& name) {
  WorkerStatistics w;
  w.name = name;
  w.pid = 77;
  w.version = "1.0";
  w.connected = true;
  w.cpu_load = 0.25;
  w.rates.packets_sent = 12.5;
  w.reported.set_transports(3);
  w.reported.set_up_tracks(2);
  w.reported.set_down_tracks(5);
  w.reported.set_packets_received(1000);
  w.reported.set_bytes_sent(12'345'678'901);
  w.reported.set_retransmissions(6);
  w.reported.set_handshakes_failed(1);
  w.reported.set_cpu_seconds(1.5);
  w.reported.set_ipc_queued_bytes(9);
  w.drops = {{"rtp-too-old", 4}, {"socket-full", 2}};
  return w;
}

ServerStatistics sample_server() {
  ServerStatistics s;
  s.version = "1.0\"\\\n";
  s.groups = 2;
  s.clients = 7;
  s.signalling.logins_refused = 3;
  s.whip = {5, 21, 8};
  s.passwords_computed = 4;
  s.passwords_remembered = 19;
  s.relay_test = RelayTestFacts{"192.0.2.1:1194", true, 0.25, 0.001, ""};
  s.signalling.messages_sent = 11;
  s.turn = TurnFacts{true, 1};
  s.workers = {worker("0"), worker("blue\"1\"")};
  s.supervision["0"] = {2, 512};
  return s;
}

}  // namespace

TEST_CASE("the writer escapes, and writes numbers in full") {
  MetricsWriter out;
  out.counter("a_total", "Back\\slash and\nline feed.");
  out.sample({{"x", "q\"b\\n\n"}, {"y", ""}}, 0.1);
  out.sample(12345678901234567.0);
  CHECK(out.text() ==
        "# HELP a_total Back\\\\slash and\\nline feed.\n"
        "# TYPE a_total counter\n"
        "a_total{x=\"q\\\"b\\\\n\\n\",y=\"\"} 0.1\n"
        "a_total 12345678901234568\n");
}

TEST_CASE("the checker of this test is strict") {
  CHECK(read_metrics("# HELP a x\n# TYPE a gauge\na 1\na{b=\"c\"} -1.5e+9\n").faults.empty());
  for (const char* bad :
       {"a 1\n", "# HELP a x\na 1\n", "# HELP a x\n# TYPE a gauge\nb 1\n",
        "# HELP a x\n# TYPE a gauge\na 1\na 2\n", "# HELP a x\n# TYPE a gauge\na{b=c} 1\n",
        "# HELP a x\n# TYPE a counter\n", "# HELP a_total x\n# TYPE a_total gauge\n",
        "# HELP a x\n# TYPE a gauge\na one\n", "# HELP a x\n# TYPE a gauge\na 1", "\n",
        "# HELP a x\n# TYPE a gauge\n# HELP b x\n# TYPE b gauge\na 1\n"}) {
    CHECK_MESSAGE(!read_metrics(bad).faults.empty(), bad);
  }
}

TEST_CASE("metrics are well-formed, with workers, without them, and with hostile names") {
  for (const ServerStatistics& server : {sample_server(), ServerStatistics()}) {
    const auto read = read_metrics(metrics_text(server));
    CHECK(read.faults.empty());
    for (const std::string& fault : read.faults) MESSAGE(fault);
  }
}

TEST_CASE("metrics tell what the statistics hold") {
  const auto read = read_metrics(metrics_text(sample_server()));
  const auto value = [&](const std::string& sample) {
    const auto found = read.samples.find(sample);
    return found == read.samples.end() ? -1 : found->second;
  };
  CHECK(value("halcyon_groups") == 2);
  CHECK(value("halcyon_clients") == 7);
  CHECK(value("halcyon_logins_total{result=\"refused\"}") == 3);
  CHECK(value("halcyon_whip_sessions") == 5);
  CHECK(value("halcyon_whip_offers_total{result=\"accepted\"}") == 21);
  CHECK(value("halcyon_whip_offers_total{result=\"refused\"}") == 8);
  CHECK(value("halcyon_request_passwords_total{result=\"computed\"}") == 4);
  CHECK(value("halcyon_request_passwords_total{result=\"remembered\"}") == 19);
  CHECK(value("halcyon_relay_test_success") == 1);
  CHECK(value("halcyon_relay_test_delay_seconds") == 0.001);
  CHECK(value("halcyon_messages_total{direction=\"sent\"}") == 11);
  CHECK(value("halcyon_turn_running") == 1);
  CHECK(value("halcyon_worker_up{worker=\"0\"}") == 1);
  CHECK(value("halcyon_worker_load{worker=\"0\"}") == 0.25);
  CHECK(value("halcyon_worker_tracks{worker=\"0\",direction=\"down\"}") == 5);
  CHECK(value("halcyon_worker_packets_total{worker=\"0\",direction=\"received\"}") == 1000);
  CHECK(value("halcyon_worker_bytes_total{worker=\"0\",direction=\"sent\"}") == 12'345'678'901.0);
  CHECK(value("halcyon_worker_handshakes_total{worker=\"0\",state=\"failed\"}") == 1);
  CHECK(value("halcyon_worker_drops_total{worker=\"0\",reason=\"rtp-too-old\"}") == 4);
  CHECK(value("halcyon_worker_restarts_total{worker=\"0\"}") == 2);
  CHECK(value("halcyon_worker_ipc_queue_bytes{worker=\"0\",direction=\"commands\"}") == 512);
  CHECK(value("halcyon_worker_ipc_queue_bytes{worker=\"0\",direction=\"events\"}") == 9);
  CHECK(read.types.at("halcyon_worker_cpu_seconds_total") == "counter");
  CHECK(read.types.at("halcyon_worker_transports") == "gauge");
}

TEST_CASE("a server without TURN says nothing of it") {
  ServerStatistics server = sample_server();
  server.turn.reset();
  CHECK(metrics_text(server).find("turn") == std::string::npos);
  CHECK(to_json(server).find("turn") == nullptr);
}

TEST_CASE("the workers' object has what operators look at") {
  const JsonObject json = to_json(sample_server());
  const JsonArray& workers = *json.find("workers")->as_array();
  REQUIRE(workers.size() == 2);
  const JsonObject& first = *workers[0].as_object();
  CHECK(*first.find("name")->as_string() == "0");
  CHECK(first.find("restarts")->as_int() == 2);
  CHECK(first.find("transports")->as_int() == 3);
  CHECK(first.find("perSecond")->as_object()->find("packetsSent")->as_number() == 12.5);
  CHECK(first.find("queues")->as_object()->find("commandBytes")->as_int() == 512);
  CHECK(first.find("drops")->as_object()->find("socket-full")->as_int() == 2);
  CHECK(first.find("total")->as_object()->find("retransmissions")->as_int() == 6);
  CHECK(json.find("signalling")->as_object()->find("loginsRefused")->as_int() == 3);
}
