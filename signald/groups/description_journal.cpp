#include "signald/groups/description_journal.h"

#include <spdlog/spdlog.h>

namespace halcyon::signald {

DescriptionJournal::Verdict* DescriptionJournal::renew(const FileStamp& stamp,
                                                       const std::optional<std::string>& problem) {
  const auto known = verdicts_.find(stamp.path);
  if (known == verdicts_.end()) {
    if (verdicts_.size() >= kMaxFiles) {
      verdicts_.clear();
    }
    return &(verdicts_[stamp.path] = Verdict{stamp, problem});
  }
  Verdict& verdict = known->second;
  if (verdict.stamp == stamp && verdict.problem == problem) {
    return nullptr;
  }
  verdict = Verdict{stamp, problem};
  return &verdict;
}

void DescriptionJournal::usable(const FileStamp& stamp, bool is_public,
                                const std::vector<std::string>& warnings) {
  Verdict* verdict = renew(stamp, std::nullopt);
  if (verdict == nullptr) {
    return;
  }
  verdict->is_public = is_public;
  for (const std::string& warning : warnings) {
    spdlog::warn("{}: {}", stamp.path, warning);
  }
}

void DescriptionJournal::unusable(const FileStamp& stamp, std::string_view reason) {
  const std::string problem = stamp.path + ": " + std::string(reason);
  if (renew(stamp, problem) != nullptr) {
    spdlog::error("{} (nobody can join until this is mended)", problem);
  }
}

void DescriptionJournal::odd(const std::string& path, std::string_view reason) {
  const FileStamp stamp{path, 0, 0};
  const std::string problem = path + ": " + std::string(reason);
  if (renew(stamp, problem) != nullptr) {
    spdlog::info("{}", problem);
  }
}

const DescriptionJournal::Verdict* DescriptionJournal::find(const FileStamp& stamp) const {
  const auto known = verdicts_.find(stamp.path);
  return known == verdicts_.end() || known->second.stamp != stamp ? nullptr : &known->second;
}

}  // namespace halcyon::signald
