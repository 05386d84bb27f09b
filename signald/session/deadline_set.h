#pragma once

#include <map>
#include <optional>
#include <set>
#include <utility>

#include "common/units/time.h"

namespace halcyon::signald {

/// At most one deadline per key; what is due comes out in order of time.
template <class Key>
class DeadlineSet {
 public:
  /// Replaces the key's deadline; Timestamp::never() removes it.
  void set(const Key& key, Timestamp at) {
    erase(key);
    if (!at.is_never()) {
      by_key_.emplace(key, at);
      by_time_.emplace(at, key);
    }
  }

  void erase(const Key& key) {
    const auto it = by_key_.find(key);
    if (it != by_key_.end()) {
      by_time_.erase({it->second, key});
      by_key_.erase(it);
    }
  }

  Timestamp at(const Key& key) const {
    const auto it = by_key_.find(key);
    return it == by_key_.end() ? Timestamp::never() : it->second;
  }

  Timestamp next() const { return by_time_.empty() ? Timestamp::never() : by_time_.begin()->first; }

  /// Takes out the earliest key whose time has come.
  std::optional<Key> pop_due(Timestamp now) {
    if (by_time_.empty() || by_time_.begin()->first > now) {
      return std::nullopt;
    }
    Key key = by_time_.begin()->second;
    erase(key);
    return key;
  }

 private:
  std::map<Key, Timestamp> by_key_;
  std::set<std::pair<Timestamp, Key>> by_time_;
};

}  // namespace halcyon::signald
