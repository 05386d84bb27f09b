#include "signald/statistics/metrics.h"

#include <array>
#include <string_view>

#include "signald/statistics/metrics_writer.h"

namespace halcyon::signald {
namespace {

double number(std::uint64_t value) { return static_cast<double>(value); }

void write_process(MetricsWriter& out, const ServerStatistics& s) {
  out.gauge("halcyon_build_info", "Always 1; the label tells the version.");
  out.sample({{"version", s.version}}, 1);
  out.counter("process_cpu_seconds_total", "Processor time that signald has used.");
  out.sample(s.cpu_seconds);
  out.gauge("process_resident_memory_bytes", "Memory that signald holds.");
  out.sample(number(s.resident_bytes));
  out.gauge("process_open_fds", "Open file descriptors of signald.");
  out.sample(number(s.open_descriptors));
  out.gauge("process_start_time_seconds", "When signald was started, in seconds since 1970.");
  out.sample(s.start_time_seconds);
}

void write_signalling(MetricsWriter& out, const ServerStatistics& s) {
  const SignallingCounters& c = s.signalling;
  out.gauge("halcyon_groups", "Groups in memory.");
  out.sample(number(s.groups));
  out.gauge("halcyon_clients", "Members of all groups.");
  out.sample(number(s.clients));
  out.gauge("halcyon_streams", "Streams that are published (up) and received (down).");
  out.sample({{"direction", "up"}}, number(s.up_streams));
  out.sample({{"direction", "down"}}, number(s.down_streams));
  out.gauge("halcyon_websockets", "Open WebSocket connections.");
  out.sample(number(s.websockets));
  out.gauge("halcyon_connections", "Open network connections, WebSockets included.");
  out.sample(number(s.connections));
  out.counter("halcyon_connections_refused_total",
              "Connections refused because their address had too many.");
  out.sample(number(s.refused_connections));
  out.counter("halcyon_websockets_opened_total", "WebSocket connections since the start.");
  out.sample(number(c.connections));
  out.counter("halcyon_messages_total", "Signalling messages since the start.");
  out.sample({{"direction", "received"}}, number(c.messages_received));
  out.sample({{"direction", "sent"}}, number(c.messages_sent));
  out.counter("halcyon_messages_refused_total", "Messages above a client's rate.");
  out.sample(number(c.messages_refused));
  out.counter("halcyon_logins_total", "Logins by result; throttled ones were not looked at.");
  out.sample({{"result", "accepted"}}, number(c.logins_accepted));
  out.sample({{"result", "refused"}}, number(c.logins_refused));
  out.sample({{"result", "throttled"}}, number(c.logins_throttled));
  out.counter("halcyon_request_passwords_total",
              "Costly passwords that came with HTTP requests: hashed, or remembered as right.");
  out.sample({{"result", "computed"}}, number(s.passwords_computed));
  out.sample({{"result", "remembered"}}, number(s.passwords_remembered));
  out.gauge("halcyon_whip_sessions", "Publishers over HTTP (WHIP) at present.");
  out.sample(number(s.whip.sessions));
  out.counter("halcyon_whip_offers_total", "Offers of such publishers by result.");
  out.sample({{"result", "accepted"}}, number(s.whip.accepted));
  out.sample({{"result", "refused"}}, number(s.whip.refused));
  if (s.relay_test) {
    out.gauge("halcyon_relay_test_success",
              "Whether the TURN server that clients are told of relayed when it was tested last.");
    out.sample(s.relay_test->succeeded ? 1 : 0);
    out.gauge("halcyon_relay_test_delay_seconds", "From end to end through it, 0 if it failed.");
    out.sample(s.relay_test->delay_seconds);
  }
  if (!s.turn) return;
  out.gauge("halcyon_turn_running", "Whether our TURN server runs.");
  out.sample(s.turn->running ? 1 : 0);
  out.counter("halcyon_turn_restarts_total", "How often our TURN server ended unasked.");
  out.sample(number(s.turn->restarts));
}

/// One metric of the workers, read from each in the same way.
struct WorkerMetric {
  enum class Type { kGauge, kCounter };
  Type type;
  std::string_view name;
  std::string_view help;
  double (*read)(const WorkerStatistics& worker);
};

using W = const WorkerStatistics&;
constexpr auto kGauge = WorkerMetric::Type::kGauge;
constexpr auto kCounter = WorkerMetric::Type::kCounter;

constexpr std::array kWorkerMetrics = {
    WorkerMetric{kGauge, "halcyon_worker_up", "Whether the worker is connected.",
                 [](W w) { return w.connected ? 1.0 : 0.0; }},
    WorkerMetric{kGauge, "halcyon_worker_draining", "Whether the worker is being emptied.",
                 [](W w) { return w.draining ? 1.0 : 0.0; }},
    WorkerMetric{kGauge, "halcyon_worker_load",
                 "Share of one core that the packet thread used in the last second.",
                 [](W w) { return w.cpu_load; }},
    WorkerMetric{kGauge, "halcyon_worker_transports", "Open transports (ICE, DTLS).",
                 [](W w) { return number(w.reported.transports()); }},
    WorkerMetric{kGauge, "halcyon_worker_relays", "Open relays to and from other workers.",
                 [](W w) { return number(w.reported.relays()); }},
    WorkerMetric{kGauge, "halcyon_worker_resident_memory_bytes", "Memory that the worker holds.",
                 [](W w) { return number(w.reported.resident_bytes()); }},
    WorkerMetric{kGauge, "halcyon_worker_handshake_queue_length",
                 "Datagrams that wait for the handshake thread.",
                 [](W w) { return number(w.reported.handshake_queue()); }},
    WorkerMetric{kCounter, "halcyon_worker_cpu_seconds_total",
                 "Processor time of the worker, all threads together.",
                 [](W w) { return w.reported.cpu_seconds(); }},
    WorkerMetric{kCounter, "halcyon_worker_receiver_nacks_total",
                 "Packets that receivers said they missed.",
                 [](W w) { return number(w.reported.nacked_by_receivers()); }},
    WorkerMetric{kCounter, "halcyon_worker_retransmissions_total",
                 "Packets sent again to receivers.",
                 [](W w) { return number(w.reported.retransmissions()); }},
    WorkerMetric{kCounter, "halcyon_worker_publisher_nacks_total",
                 "Packets asked of publishers and relays again.",
                 [](W w) { return number(w.reported.nacked_to_publishers()); }},
    WorkerMetric{kCounter, "halcyon_worker_keyframe_requests_total",
                 "Keyframes asked of publishers and relays.",
                 [](W w) { return number(w.reported.keyframe_requests()); }},
};

/// Metrics with one more label.
struct LabelledMetric {
  std::string_view name;
  std::string_view help;
  std::string_view label;
  struct Value {
    std::string_view content;
    double (*read)(const WorkerStatistics& worker);
  };
  std::array<Value, 3> values;  // those without content are left out
};

constexpr std::array kLabelledCounters = {
    LabelledMetric{"halcyon_worker_packets_total",
                   "Datagrams, those of relays included.",
                   "direction",
                   {{{"received", [](W w) { return number(w.reported.packets_received()); }},
                     {"sent", [](W w) { return number(w.reported.packets_sent()); }}}}},
    LabelledMetric{"halcyon_worker_bytes_total",
                   "Bytes of these datagrams, without IP and UDP headers.",
                   "direction",
                   {{{"received", [](W w) { return number(w.reported.bytes_received()); }},
                     {"sent", [](W w) { return number(w.reported.bytes_sent()); }}}}},
    LabelledMetric{"halcyon_worker_relay_packets_total",
                   "Datagrams from and to other workers.",
                   "direction",
                   {{{"received", [](W w) { return number(w.reported.relay_packets_received()); }},
                     {"sent", [](W w) { return number(w.reported.relay_packets_sent()); }}}}},
    LabelledMetric{"halcyon_worker_handshakes_total",
                   "DTLS handshakes; those that neither completed nor failed run or were given up.",
                   "state",
                   {{{"started", [](W w) { return number(w.reported.handshakes_started()); }},
                     {"completed", [](W w) { return number(w.reported.handshakes_completed()); }},
                     {"failed", [](W w) { return number(w.reported.handshakes_failed()); }}}}},
};

void write_workers(MetricsWriter& out, const ServerStatistics& s) {
  for (const WorkerMetric& metric : kWorkerMetrics) {
    if (metric.type == kGauge) {
      out.gauge(metric.name, metric.help);
    } else {
      out.counter(metric.name, metric.help);
    }
    for (W worker : s.workers) out.sample({{"worker", worker.name}}, metric.read(worker));
  }
  out.gauge("halcyon_worker_tracks", "Tracks that have started.");
  for (W worker : s.workers) {
    out.sample({{"worker", worker.name}, {"direction", "up"}}, number(worker.reported.up_tracks()));
    out.sample({{"worker", worker.name}, {"direction", "down"}},
               number(worker.reported.down_tracks()));
  }
  for (const LabelledMetric& metric : kLabelledCounters) {
    out.counter(metric.name, metric.help);
    for (W worker : s.workers) {
      for (const auto& [content, read] : metric.values) {
        if (content.empty()) continue;
        out.sample({{"worker", worker.name}, {metric.label, content}}, read(worker));
      }
    }
  }
  out.counter("halcyon_worker_drops_total", "Datagrams and packets that went no further.");
  for (W worker : s.workers) {
    for (const auto& [reason, count] : worker.drops) {
      out.sample({{"worker", worker.name}, {"reason", reason}}, number(count));
    }
  }
}

void write_supervision(MetricsWriter& out, const ServerStatistics& s) {
  out.counter("halcyon_worker_restarts_total", "How often a worker that signald started ended.");
  for (const auto& [name, worker] : s.supervision) {
    out.sample({{"worker", name}}, number(worker.restarts));
  }
  out.gauge("halcyon_worker_ipc_queue_bytes",
            "Bytes that wait to be written to the worker (commands) and by it (events).");
  for (const auto& [name, worker] : s.supervision) {
    out.sample({{"worker", name}, {"direction", "commands"}}, number(worker.ipc_queued_bytes));
  }
  for (W worker : s.workers) {
    out.sample({{"worker", worker.name}, {"direction", "events"}},
               number(worker.reported.ipc_queued_bytes()));
  }
}

}  // namespace

std::string metrics_text(const ServerStatistics& server) {
  MetricsWriter out;
  write_process(out, server);
  write_signalling(out, server);
  write_workers(out, server);
  write_supervision(out, server);
  return out.text();
}

}  // namespace halcyon::signald
