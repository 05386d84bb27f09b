#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace halcyon::signald {

namespace permission {
inline constexpr std::string_view kOp = "op";
inline constexpr std::string_view kPresent = "present";
inline constexpr std::string_view kMessage = "message";
inline constexpr std::string_view kCaption = "caption";
inline constexpr std::string_view kToken = "token";
inline constexpr std::string_view kRecord = "record";
inline constexpr std::string_view kAdmin = "admin";
inline constexpr std::string_view kSystem = "system";
}  // namespace permission

/// What somebody may do: a list of words, each at most once. Words we do not know are kept.
/// Everybody has a copy.
class Permissions {
 public:
  Permissions() = default;
  explicit Permissions(const std::vector<std::string>& words);

  bool has(std::string_view word) const;
  void add(std::string_view word);
  void remove(std::string_view word);
  bool empty() const { return words_.empty(); }
  const std::vector<std::string>& words() const { return words_; }
  /// As sets.
  bool operator==(const Permissions& other) const;

 private:
  std::vector<std::string> words_;
};

enum class RecordingAllowed : bool { kNo, kYes };
enum class UnrestrictedTokens : bool { kNo, kYes };

/// What a role of a description stands for: "op", "present", "message", "observe", "caption",
/// "admin". Nullopt: no such role.
std::optional<Permissions> permissions_of_role(std::string_view role,
                                               RecordingAllowed recording = RecordingAllowed::kNo,
                                               UnrestrictedTokens tokens = UnrestrictedTokens::kNo);

}  // namespace halcyon::signald
