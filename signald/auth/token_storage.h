#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/result/error.h"

namespace halcyon::signald {

/// The file that holds the tokens. Whatever a call has returned from survives a crash of the
/// machine.
class TokenStorage {
 public:
  struct Stamp {
    std::uint64_t size = 0;
    std::int64_t mtime_ns = 0;
    bool operator==(const Stamp&) const = default;
  };

  virtual ~TokenStorage() = default;
  /// How messages about it call it.
  virtual std::string name() const = 0;
  /// None when there is no file.
  virtual ResultOr<std::optional<Stamp>> stamp() = 0;
  /// "" when there is no file.
  virtual ResultOr<std::string> read() = 0;
  /// Makes the file if needed.
  virtual ResultOr<void> append(std::string_view text) = 0;
  /// All or nothing; an empty text removes the file.
  virtual ResultOr<void> replace(std::string_view text) = 0;
};

/// A file on this host, readable by its owner only.
class TokenFile final : public TokenStorage {
 public:
  static constexpr std::size_t kMaxBytes = 64u << 20;

  /// The directory is made, with its parents, when the first token is.
  explicit TokenFile(std::string path);

  std::string name() const override { return path_; }
  ResultOr<std::optional<Stamp>> stamp() override;
  ResultOr<std::string> read() override;
  ResultOr<void> append(std::string_view text) override;
  ResultOr<void> replace(std::string_view text) override;

 private:
  /// Whatever it makes survives a crash too.
  ResultOr<void> make_directory() const;
  ResultOr<void> sync_directory(const std::string& directory) const;
  tl::unexpected<Error> failure(const char* what) const;

  std::string path_;
  std::string directory_;
};

}  // namespace halcyon::signald
