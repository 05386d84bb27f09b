#pragma once

#include <optional>
#include <string>
#include <utility>

#include "signald/auth/token_storage.h"

namespace halcyon::signald {

/// Tokens in memory; can be told to fail.
class MemoryTokenStorage final : public TokenStorage {
 public:
  void set_text(std::string text) {
    text_ = std::move(text);
    ++mtime_;
  }
  const std::optional<std::string>& text() const { return text_; }

  std::string name() const override { return "tokens"; }
  ResultOr<std::optional<Stamp>> stamp() override {
    if (!text_) {
      return std::nullopt;
    }
    return Stamp{text_->size(), mtime_};
  }
  ResultOr<std::string> read() override {
    ++reads;
    return text_.value_or("");
  }
  ResultOr<void> append(std::string_view text) override {
    if (broken) {
      return fail("disk full");
    }
    ++appends;
    set_text(text_.value_or("") + std::exchange(intrude, {}) + std::string(text));
    return {};
  }
  ResultOr<void> replace(std::string_view text) override {
    if (broken) {
      return fail("disk full");
    }
    set_text(std::string(text));
    if (text.empty()) {
      text_.reset();
    }
    return {};
  }

  bool broken = false;
  std::string intrude;  // what somebody else appends just before the next append
  int reads = 0;
  int appends = 0;

 private:
  std::optional<std::string> text_;
  std::int64_t mtime_ = 0;
};

}  // namespace halcyon::signald
