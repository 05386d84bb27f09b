#include "signald/groups/group_files.h"

#include <utility>

#include "common/check/check.h"
#include "signald/groups/description_audit.h"
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
      journal_.unusable({path_of(candidate), 0, 0}, stamp.error().text);
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
    const FoundDescription& found) const {
  if (last_.description != nullptr && last_.found == found) {
    return last_.description;
  }
  auto description = read(found);
  if (description) {
    last_ = {found, *description};
  }
  return description;
}

Result<std::shared_ptr<const GroupDescription>, DescriptionError> GroupFiles::read(
    const FoundDescription& found) const {
  const auto text = files_.read(found.stamp.path, kMaxDescriptionFile);
  if (!text) {
    if (text.error().kind == FileError::Kind::kMissing) {
      return unexpected<DescriptionError>(DescriptionError::kMissing);
    }
    journal_.unusable(found.stamp, text.error().text);
    return unexpected<DescriptionError>(DescriptionError::kInvalid);
  }
  auto parsed = parse_group_description(*text);
  if (!parsed) {
    journal_.unusable(found.stamp, parsed.error().message);
    return unexpected<DescriptionError>(DescriptionError::kInvalid);
  }
  GroupDescription& description = parsed->description;
  for (std::string& useless : useless_parts(description)) {
    parsed->warnings.push_back(std::move(useless));
  }
  journal_.usable(found.stamp, description.is_public, parsed->warnings);
  if (found.subgroup == Subgroup::kOwnFile) {
    return std::make_shared<const GroupDescription>(std::move(description));
  }
  if (!description.auto_subgroups) {
    return unexpected<DescriptionError>(DescriptionError::kMissing);
  }
  return std::make_shared<const GroupDescription>(as_automatic_subgroup(std::move(description)));
}

DescribedGroup GroupFiles::describe(const std::string& name) const {
  DescribedGroup out{name};
  const auto stamp = files_.stat(path_of(name));
  if (!stamp) {
    out.problem = path_of(name) + ": " + stamp.error().text;
    return out;
  }
  const DescriptionJournal::Verdict* verdict = journal_.find(*stamp);
  if (verdict == nullptr) {
    (void)read({*stamp, Subgroup::kOwnFile});
    verdict = journal_.find(*stamp);
  }
  if (verdict != nullptr) {
    out.is_public = verdict->is_public;
    out.problem = verdict->problem;
  }
  return out;
}

std::vector<DescribedGroup> GroupFiles::list() const {
  std::vector<DescribedGroup> out;
  for (const std::string& name : names()) {
    out.push_back(describe(name));
  }
  return out;
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
  const std::string directory = prefix.empty() ? directory_ : directory_ + "/" + prefix;
  for (const DirectoryEntry& entry : files_.list(directory)) {
    const std::string path = directory + "/" + entry.name;
    if (entry.name.empty() || entry.name.front() == '.') {
      journal_.odd(path, "hidden: such groups are not listed");
      continue;
    }
    std::string name = prefix.empty() ? entry.name : prefix + "/" + entry.name;
    if (entry.is_directory) {
      collect(name, depth + 1, out);
    } else if (!name.ends_with(kSuffix)) {
      journal_.odd(path, "no group: the names of descriptions end in .json");
    } else {
      name.resize(name.size() - kSuffix.size());
      if (is_valid_group_name(name)) {
        out.push_back(std::move(name));
      } else {
        journal_.odd(path, "no group can have such a name: rename the file");
      }
    }
  }
}

}  // namespace halcyon::signald
