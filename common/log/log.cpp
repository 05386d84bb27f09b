#include "common/log/log.h"

#include <spdlog/sinks/stdout_sinks.h>

#include <cstdlib>

namespace halcyon {

void start_log(std::string_view program, LogLevel level) {
  const std::string name(program);
  auto logger = spdlog::stderr_logger_mt(name);
  const bool journal = std::getenv("JOURNAL_STREAM") != nullptr;
  logger->set_pattern(journal ? "%n: %l: %v" : "%Y/%m/%d %H:%M:%S %n[%P]: %l: %v");
  switch (level) {
    case LogLevel::kError:
      logger->set_level(spdlog::level::err);
      break;
    case LogLevel::kWarning:
      logger->set_level(spdlog::level::warn);
      break;
    case LogLevel::kInfo:
      logger->set_level(spdlog::level::info);
      break;
    case LogLevel::kDebug:
      logger->set_level(spdlog::level::debug);
      break;
  }
  logger->flush_on(spdlog::level::debug);
  spdlog::set_default_logger(logger);
}

std::string redacted(std::string_view secret) {
  if (spdlog::should_log(spdlog::level::debug)) return std::string(secret);
  return secret.empty() ? "(empty)" : "(redacted)";
}

}  // namespace halcyon
