// Halcyon's deciding half: serves the pages, speaks the signalling protocol, directs the media
// workers.

#include <cstdio>
#include <string>
#include <thread>

#include "common/clock/clock.h"
#include "common/log/log.h"
#include "signald/api/admin_api.h"
#include "signald/auth/remembering_verifier.h"
#include "signald/auth/token_store.h"
#include "signald/config/config_file.h"
#include "signald/groups/file_groups.h"
#include "signald/http/site.h"
#include "signald/ice/ice_configuration.h"
#include "signald/options/options.h"
#include "signald/recordings/recordings_handler.h"
#include "signald/server/http_server.h"
#include "signald/service/deadline_driver.h"
#include "signald/service/descriptor_limit.h"
#include "signald/service/installed_files.h"
#include "signald/service/monitoring.h"
#include "signald/service/service_manager.h"
#include "signald/service/shutdown.h"
#include "signald/service/start_parts.h"
#include "signald/service/threaded_hasher.h"
#include "signald/service/threaded_verifier.h"
#include "signald/session/signalling_server.h"
#include "signald/stream/worker_media_plane.h"
#include "signald/turn/relay_tester.h"
#include "signald/turn/turn_server.h"
#include "signald/whip/whip_handler.h"
#include "signald/workers/worker_pool.h"

namespace halcyon::signald {
namespace {

Moment moment() { return {monotonic_now(), wall_now()}; }

TurnServerOptions turn_options(const Options& options, const StartParts& parts) {
  TurnServerOptions turn{.mode = options.turn, .announce = {}, .directory = {}};
  for (const std::string& address : options.announce) {
    turn.announce.push_back(*SocketAddress::parse(address, 0));
  }
  if (parts.private_directory) turn.directory = parts.private_directory->path();
  return turn;
}

/// Runs until a signal ends it. The error is what keeps it from starting.
ResultOr<void> serve(const Options& options) {
  auto parts = prepare(options, program_directory());
  if (!parts) return make_unexpected(parts.error());

  uv::Loop loop;
  SecureRandom random;
  DiskFiles disk;
  DiskWriter writer;
  ConfigFile config(disk, options.data_directory + "/config.json");
  FileGroups groups(disk, options.groups_directory, config);
  TurnServer turn(loop, random, turn_options(options, *parts));
  IceConfiguration ice_servers(disk, options.data_directory + "/ice-servers.json", &turn,
                               options.relay_only ? MediaPath::kRelayOnly : MediaPath::kAny);
  RelayTester relay_tester(loop, random, [&] { return ice_servers.servers(moment()); });
  ThreadedVerifier passwords(loop);
  RememberingVerifier request_passwords(passwords, random);
  ThreadedHasher new_passwords(loop, random);
  TokenFile token_file(options.data_directory + "/var/tokens.jsonl");
  TokenStore tokens(token_file);
  WorkerMediaPlane media({.placement = options.place}, random);
  WorkerPool workers(loop, media, parts->workers);

  WebSocketLayer websockets(config);
  SignallingServer signalling(
      {websockets, media, groups.directory(), passwords, tokens, config, ice_servers, random});
  websockets.set_endpoint(&signalling);
  DeadlineDriver signalling_clock(
      loop, [&] { return signalling.next_deadline(); },
      [&] { signalling.handle_timeout(moment()); });

  WhipPublishers publishers(
      {signalling, groups.directory(), media, passwords, tokens, config, random});
  DeadlineDriver publishers_clock(
      loop, [&] { return publishers.next_deadline(); },
      [&] { publishers.handle_timeout(moment()); });
  WhipHandler whip({publishers, groups.directory(), config, ice_servers, *parts->static_root});

  AdminApi api({config, groups.files(), groups.directory(), writer, tokens, request_passwords,
                new_passwords, random, *parts->static_root});
  Site site(*parts->static_root, groups, config, &whip);
  site.router().add_prefix(std::string(kApiPrefix), api.handler());
  Monitoring monitoring({groups.directory(), signalling, media, workers, turn, publishers,
                         request_passwords, relay_tester},
                        api, site.router(), disk, options.metrics);
  RecordingsHandler recordings({options.recordings_directory, groups.files(), request_passwords,
                                config, *parts->static_root});
  site.router().add_exact("/recordings", recordings);
  site.router().add_prefix("/recordings/", recordings);
  DeadlineDriver recordings_clock(
      loop, [&] { return recordings.next_deadline(); },
      [&] { recordings.handle_timeout(monotonic_now()); });
  const auto server =
      HttpServer::start(loop, std::move(parts->socket), parts->certificates.get(), site.router(),
                        websockets, {options.limits, options.trusted_proxies});
  if (!server) return make_unexpected(server.error());
  monitoring.source().set_server(server->get());
  if (auto started = workers.start(); !started) return started;
  // Starts the TURN server, if it is to run.
  ice_servers.servers(moment());

  ServiceManager service_manager(loop);
  Shutdown shutdown(loop,
                    {.begin =
                         [&] {
                           service_manager.stopping();
                           (*server)->stop_listening();
                           signalling.shutdown(moment());
                         },
                     .clients_gone = [&] { return websockets.connection_count() == 0; },
                     .finish =
                         [&](auto done) {
                           turn.stop([&workers, done = std::move(done)] { workers.stop(done); });
                         }});
  service_manager.ready();
  relay_tester.start();
  spdlog::info("serving {} on {} with {} media workers", parts->static_directory,
               options.http.to_string(), options.workers);
  loop.run();
  return {};
}

}  // namespace
}  // namespace halcyon::signald

int main(int argc, char** argv) {
  using namespace halcyon;
  using namespace halcyon::signald;
  const auto options = parse_options({argv + 1, argv + argc}, std::thread::hardware_concurrency());
  if (!options) {
    std::fputs(options.error().to_stderr.c_str(), stderr);
    std::fputs(options.error().to_stdout.c_str(), stdout);
    return options.error().status;
  }
  start_log("signald", options->log_level);
  for (const std::string& warning : options->warnings) spdlog::warn("{}", warning);
  raise_descriptor_limit();
  size_thread_pool(std::thread::hardware_concurrency());
  const auto served = serve(*options);
  if (!served) spdlog::error("{}", served.error().message);
  return served ? 0 : 1;
}
