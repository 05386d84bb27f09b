#include "signald/groups/group_files.h"

#include <spdlog/spdlog.h>

#include <utility>

#include "common/check/check.h"
#include "signald/groups/names.h"

namespace halcyon::signald {

namespace {

constexpr std::string_view kSuffix = ".json";
/// Directories nested deeper are not walked: a bound against links that make a circle.
constexpr int kMaxDirectoryDepth = 64;

}  // namespace

GroupFiles::GroupFiles(FileReader& files, std::string directory)
    : files_(files), directory_(std::move(directory)) {
  while (directory_.size() > 1 && directory_.ends_with('/')) {
    directory_.pop_back();
  }
}

std::string GroupFiles::path_of(std::string_view name) const {
  // Nobody else checks between here and the file system.
  check(is_valid_group_name(name));
  return directory_ + "/" + std::string(name) + std::string(kSuffix);
}

Result<FoundDescription, DescriptionError> GroupFiles::find(std::string_view name) const {
  Subgroup subgroup = Subgroup::kOwnFile;
  std::string_view candidate = name;
  while (true) {
    auto stamp = files_.stat(path_of(candidate));
    if (stamp) {
      return FoundDescription{std::move(*stamp), subgroup};
    }
    if (stamp.error().kind != FileError::Kind::kMissing) {
      spdlog::error("group {}: {}: {}", name, path_of(candidate), stamp.error().text);
      return unexpected<DescriptionError>(DescriptionError::kInvalid);
    }
    const std::size_t slash = candidate.rfind('/');
    if (slash == std::string_view::npos) {
      return unexpected<DescriptionError>(DescriptionError::kMissing);
    }
    candidate = candidate.substr(0, slash);
    subgroup = Subgroup::kAutomatic;
  }
}

Result<std::shared_ptr<const GroupDescription>, DescriptionError> GroupFiles::load(
    std::string_view name, const FoundDescription& found) const {
  const std::string& path = found.stamp.path;
  const auto text = files_.read(path, kMaxDescriptionFile);
  if (!text) {
    if (text.error().kind == FileError::Kind::kMissing) {
      return unexpected<DescriptionError>(DescriptionError::kMissing);
    }
    spdlog::error("group {}: {}: {}", name, path, text.error().text);
    return unexpected<DescriptionError>(DescriptionError::kInvalid);
  }
  auto parsed = parse_group_description(*text);
  if (!parsed) {
    spdlog::error("group {}: {}: {}", name, path, parsed.error().message);
    return unexpected<DescriptionError>(DescriptionError::kInvalid);
  }
  if (found.subgroup == Subgroup::kAutomatic) {
    if (!parsed->description.auto_subgroups) {
      return unexpected<DescriptionError>(DescriptionError::kMissing);
    }
    return std::make_shared<const GroupDescription>(
        as_automatic_subgroup(std::move(parsed->description)));
  }
  for (const std::string& warning : parsed->warnings) {
    spdlog::warn("group {}: {}: {}", name, path, warning);
  }
  return std::make_shared<const GroupDescription>(std::move(parsed->description));
}

std::vector<std::string> GroupFiles::names() const {
  std::vector<std::string> out;
  collect("", 0, out);
  return out;
}

void GroupFiles::collect(const std::string& prefix, int depth,
                         std::vector<std::string>& out) const {
  if (depth > kMaxDirectoryDepth) {
    return;
  }
  const std::string path = prefix.empty() ? directory_ : directory_ + "/" + prefix;
  for (const DirectoryEntry& entry : files_.list(path)) {
    if (entry.name.empty() || entry.name.front() == '.') {
      continue;
    }
    const std::string name = prefix.empty() ? entry.name : prefix + "/" + entry.name;
    if (entry.is_directory) {
      collect(name, depth + 1, out);
    } else if (name.ends_with(kSuffix)) {
      out.push_back(name.substr(0, name.size() - kSuffix.size()));
    }
  }
}

}  // namespace halcyon::signald
