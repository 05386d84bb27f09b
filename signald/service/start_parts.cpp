#include "signald/service/start_parts.h"

#include <optional>
#include <utility>

#include "signald/service/installed_files.h"
#include "signald/service/service_manager.h"

namespace halcyon::signald {
namespace {

std::optional<Error> open_static_files(const Options& options, const std::string& here,
                                       StartParts& parts) {
  auto directory = find_static_directory(options.static_directory, here);
  if (!directory) return directory.error();
  auto root = FileRoot::open(*directory, "static files");
  if (!root) return root.error();
  parts.static_directory = std::move(*directory);
  parts.static_root = std::move(*root);
  return std::nullopt;
}

std::optional<Error> open_certificates(const Options& options, StartParts& parts) {
  if (options.insecure) return std::nullopt;
  auto store = CertificateStore::open(options.data_directory);
  if (!store) return store.error();
  parts.certificates = std::move(*store);
  return std::nullopt;
}

std::optional<Error> open_socket(const Options& options, StartParts& parts) {
  if (const auto inherited = ServiceManager::inherited_socket()) {
    parts.socket = ListenSocket::inherit(*inherited);
    return std::nullopt;
  }
  auto socket = ListenSocket::open(options.http);
  if (!socket) return socket.error();
  parts.socket = std::move(*socket);
  return std::nullopt;
}

std::optional<Error> make_directory(const Options& options, StartParts& parts) {
  if (!options.ipc.empty() && options.turn.kind == TurnMode::Kind::kOff) return std::nullopt;
  auto directory = PrivateDirectory::make();
  if (!directory) return directory.error();
  parts.private_directory = std::move(*directory);
  return std::nullopt;
}

std::optional<Error> choose_workers(const Options& options, const std::string& here,
                                    StartParts& parts) {
  WorkerPoolOptions& workers = parts.workers;
  workers.count = options.workers;
  workers.udp_range = options.udp_range;
  workers.announce = options.announce;
  workers.log_level = options.log_level_name;
  workers.ipc_path = options.ipc;
  // Who names the socket may run workers of its own, as another user of our group.
  workers.group_may_connect = !options.ipc.empty();
  if (options.workers > 0) {
    auto program = find_mediad(options.mediad, here);
    if (!program) return program.error();
    workers.mediad_path = std::move(*program);
  }
  if (options.ipc.empty()) workers.ipc_path = parts.private_directory->path() + "/workers.sock";
  return std::nullopt;
}

}  // namespace

ResultOr<StartParts> prepare(const Options& options, const std::string& program_directory) {
  StartParts parts;
  std::optional<Error> error = open_static_files(options, program_directory, parts);
  if (!error) error = open_certificates(options, parts);
  if (!error) error = open_socket(options, parts);
  if (!error) error = make_directory(options, parts);
  if (!error) error = choose_workers(options, program_directory, parts);
  if (error) return make_unexpected(*error);
  return parts;
}

}  // namespace halcyon::signald
