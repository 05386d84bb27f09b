#include "signald/auth/remembering_verifier.h"

#include <utility>

#include "signald/auth/signature.h"
#include "signald/json/json_writer.h"

namespace halcyon::signald {

RememberingVerifier::RememberingVerifier(PasswordVerifier& computing, RandomSource& random)
    : computing_(computing) {
  random.fill(key_);
}

void RememberingVerifier::verify(const Password& stored, std::string supplied, Moment now,
                                 Done done) {
  if (!is_costly(stored)) {
    return computing_.verify(stored, std::move(supplied), now, std::move(done));
  }
  memory_->forget_old(now.now);
  // JSON has no NUL, so that no other pair makes the same text.
  const std::string question = write_json(write_password(stored)) + '\0' + supplied;
  const Digest digest = hmac(JwsHash::kSha256, key_, question);
  if (memory_->until.contains(digest)) {
    ++remembered_;
    return done(PasswordMatch::kMatch, now);
  }
  ++computed_;
  computing_.verify(
      stored, std::move(supplied), now,
      [memory = memory_, digest, done = std::move(done)](PasswordMatch match, Moment then) {
        if (match == PasswordMatch::kMatch) memory->keep(digest, then.now);
        done(match, then);
      });
}

void RememberingVerifier::Memory::forget_old(Timestamp now) {
  while (!in_order.empty() && until.at(in_order.front()) <= now) {
    until.erase(in_order.front());
    in_order.pop_front();
  }
}

void RememberingVerifier::Memory::keep(const Digest& digest, Timestamp now) {
  // The library refused to hash, or another request computed the same meanwhile.
  if (digest.empty() || until.contains(digest)) return;
  if (in_order.size() >= kMaxRemembered) {
    until.erase(in_order.front());
    in_order.pop_front();
  }
  until.emplace(digest, now + kRememberFor);
  in_order.push_back(digest);
}

}  // namespace halcyon::signald
