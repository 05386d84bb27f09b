#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/random/random.h"
#include "signald/auth/password_verifier.h"

namespace halcyon::signald {

/// Remembers for a while which costly passwords matched, for credentials that come with every
/// request: a player that seeks in a recording, a script that walks through the API. Neither the
/// password nor anything it could be guessed from outside this process is kept: an entry is a keyed
/// hash of the stored password and the supplied one. A stored password that changes is thus another
/// question, and what its owner may do is not remembered at all. Mismatches never are, so guessing
/// costs what it did.
class RememberingVerifier final : public PasswordVerifier {
 public:
  /// Counted from the computation, not from the last use: a seeking player computes once a while.
  static constexpr TimeDelta kRememberFor = TimeDelta::seconds(300);
  /// Some 100 bytes each; far more than people who watch recordings at a time.
  static constexpr std::size_t kMaxRemembered = 1000;

  /// Borrows `computing`, which must outlive this.
  RememberingVerifier(PasswordVerifier& computing, RandomSource& random);

  void verify(const Password& stored, std::string supplied, Moment now, Done done) override;

  std::uint64_t computed() const { return computed_; }      // costly ones only
  std::uint64_t remembered() const { return remembered_; }  // answered without computing

 private:
  using Digest = std::vector<std::uint8_t>;
  /// Shared with the computations under way, which may outlive this.
  struct Memory {
    void forget_old(Timestamp now);
    void keep(const Digest& digest, Timestamp now);
    std::map<Digest, Timestamp> until;
    std::deque<Digest> in_order;  // of their ends
  };

  PasswordVerifier& computing_;
  std::array<std::uint8_t, 32> key_{};
  std::shared_ptr<Memory> memory_ = std::make_shared<Memory>();
  std::uint64_t computed_ = 0;
  std::uint64_t remembered_ = 0;
};

}  // namespace halcyon::signald
