#include "signald/statistics/server_statistics.h"

#include <utility>

namespace halcyon::signald {
namespace {

JsonObject rates_json(const PacketRates& rates) {
  JsonObject json;
  json.add("packetsReceived", rates.packets_received);
  json.add("packetsSent", rates.packets_sent);
  json.add("bitsReceived", rates.bits_received);
  json.add("bitsSent", rates.bits_sent);
  return json;
}

JsonObject totals_json(const ipc::Statistics& s) {
  JsonObject json;
  json.add("packetsReceived", std::uint64_t{s.packets_received()});
  json.add("packetsSent", std::uint64_t{s.packets_sent()});
  json.add("bytesReceived", std::uint64_t{s.bytes_received()});
  json.add("bytesSent", std::uint64_t{s.bytes_sent()});
  json.add("relayPacketsReceived", std::uint64_t{s.relay_packets_received()});
  json.add("relayPacketsSent", std::uint64_t{s.relay_packets_sent()});
  json.add("nackedByReceivers", std::uint64_t{s.nacked_by_receivers()});
  json.add("retransmissions", std::uint64_t{s.retransmissions()});
  json.add("nackedToPublishers", std::uint64_t{s.nacked_to_publishers()});
  json.add("keyframeRequests", std::uint64_t{s.keyframe_requests()});
  json.add("handshakesStarted", std::uint64_t{s.handshakes_started()});
  json.add("handshakesCompleted", std::uint64_t{s.handshakes_completed()});
  json.add("handshakesFailed", std::uint64_t{s.handshakes_failed()});
  return json;
}

JsonObject worker_json(const WorkerStatistics& worker, const WorkerSupervision& supervision) {
  const ipc::Statistics& s = worker.reported;
  JsonObject json;
  json.add("name", worker.name);
  json.add("index", std::uint64_t{worker.index});
  json.add("pid", std::uint64_t{worker.pid});
  json.add("version", worker.version);
  json.add("connected", worker.connected);
  json.add("draining", worker.draining);
  json.add("restarts", supervision.restarts);
  json.add("transports", std::uint64_t{s.transports()});
  json.add("upTracks", std::uint64_t{s.up_tracks()});
  json.add("downTracks", std::uint64_t{s.down_tracks()});
  json.add("relays", std::uint64_t{s.relays()});
  json.add("load", worker.cpu_load);
  json.add("cpuSeconds", s.cpu_seconds());
  json.add("residentBytes", std::uint64_t{s.resident_bytes()});
  JsonObject queues;
  queues.add("handshakes", std::uint64_t{s.handshake_queue()});
  queues.add("commandBytes", supervision.ipc_queued_bytes);
  queues.add("eventBytes", std::uint64_t{s.ipc_queued_bytes()});
  json.add("queues", std::move(queues));
  json.add("perSecond", rates_json(worker.rates));
  json.add("total", totals_json(s));
  JsonObject drops;
  for (const auto& [reason, count] : worker.drops) drops.add(reason, count);
  json.add("drops", std::move(drops));
  return json;
}

JsonObject process_json(const ServerStatistics& server) {
  JsonObject json;
  json.add("cpuSeconds", server.cpu_seconds);
  json.add("residentBytes", server.resident_bytes);
  json.add("openDescriptors", server.open_descriptors);
  json.add("connections", server.connections);
  json.add("refusedConnections", server.refused_connections);
  json.add("webSockets", server.websockets);
  return json;
}

JsonObject signalling_json(const SignallingCounters& counters) {
  JsonObject json;
  json.add("connections", counters.connections);
  json.add("messagesReceived", counters.messages_received);
  json.add("messagesSent", counters.messages_sent);
  json.add("messagesRefused", counters.messages_refused);
  json.add("loginsAccepted", counters.logins_accepted);
  json.add("loginsRefused", counters.logins_refused);
  json.add("loginsThrottled", counters.logins_throttled);
  return json;
}

}  // namespace

JsonObject to_json(const ServerStatistics& server) {
  JsonObject json;
  json.add("version", server.version);
  json.add("uptime", server.uptime_seconds);
  json.add("groups", server.groups);
  json.add("clients", server.clients);
  json.add("upStreams", server.up_streams);
  json.add("downStreams", server.down_streams);
  json.add("process", process_json(server));
  json.add("signalling", signalling_json(server.signalling));
  JsonObject whip;
  whip.add("sessions", server.whip.sessions);
  whip.add("accepted", server.whip.accepted);
  whip.add("refused", server.whip.refused);
  json.add("whip", std::move(whip));
  if (server.turn) {
    JsonObject turn;
    turn.add("running", server.turn->running);
    turn.add("restarts", server.turn->restarts);
    json.add("turn", std::move(turn));
  }
  if (server.relay_test) {
    JsonObject test;
    test.add("server", server.relay_test->server);
    test.add("succeeded", server.relay_test->succeeded);
    if (server.relay_test->succeeded) {
      test.add("seconds", server.relay_test->total_seconds);
      test.add("delay", server.relay_test->delay_seconds);
    } else {
      test.add("problem", server.relay_test->problem);
    }
    json.add("relayTest", std::move(test));
  }
  JsonArray workers;
  for (const WorkerStatistics& worker : server.workers) {
    const auto supervision = server.supervision.find(worker.name);
    workers.emplace_back(worker_json(worker, supervision == server.supervision.end()
                                                 ? WorkerSupervision()
                                                 : supervision->second));
  }
  json.add("workers", std::move(workers));
  return json;
}

}  // namespace halcyon::signald
