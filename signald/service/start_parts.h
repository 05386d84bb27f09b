#pragma once

#include <memory>
#include <string>

#include "common/result/error.h"
#include "signald/http/certificate_store.h"
#include "signald/http/file_root.h"
#include "signald/http/listen_socket.h"
#include "signald/options/options.h"
#include "signald/service/private_directory.h"
#include "signald/workers/worker_options.h"

namespace halcyon::signald {

/// What must be there before anything runs, and is most likely to be wrong on a new installation.
struct StartParts {
  std::string static_directory;
  std::unique_ptr<FileRoot> static_root;
  std::unique_ptr<CertificateStore> certificates;  // null: plain HTTP
  std::unique_ptr<ListenSocket> socket;
  /// For the workers' socket and the TURN server's files; null when neither is needed.
  std::unique_ptr<PrivateDirectory> private_directory;
  WorkerPoolOptions workers;
};

/// The error is one line: what, where, what to do.
ResultOr<StartParts> prepare(const Options& options, const std::string& program_directory);

}  // namespace halcyon::signald
