#pragma once

#include <compare>
#include <cstdint>
#include <limits>

namespace halcyon {

/// A span of time with microsecond resolution.
class TimeDelta {
 public:
  constexpr TimeDelta() = default;
  static constexpr TimeDelta micros(std::int64_t us) { return TimeDelta(us); }
  static constexpr TimeDelta millis(std::int64_t ms) { return TimeDelta(ms * 1000); }
  static constexpr TimeDelta seconds(std::int64_t s) { return TimeDelta(s * 1'000'000); }
  static constexpr TimeDelta zero() { return TimeDelta(0); }

  constexpr std::int64_t us() const { return us_; }
  constexpr std::int64_t ms() const { return us_ / 1000; }
  constexpr double seconds_f() const { return static_cast<double>(us_) / 1e6; }

  constexpr auto operator<=>(const TimeDelta&) const = default;
  constexpr TimeDelta operator+(TimeDelta o) const { return TimeDelta(us_ + o.us_); }
  constexpr TimeDelta operator-(TimeDelta o) const { return TimeDelta(us_ - o.us_); }
  constexpr TimeDelta operator-() const { return TimeDelta(-us_); }
  constexpr TimeDelta operator*(std::int64_t n) const { return TimeDelta(us_ * n); }
  constexpr TimeDelta operator/(std::int64_t n) const { return TimeDelta(us_ / n); }
  constexpr TimeDelta& operator+=(TimeDelta o) {
    us_ += o.us_;
    return *this;
  }

 private:
  explicit constexpr TimeDelta(std::int64_t us) : us_(us) {}
  std::int64_t us_ = 0;
};

/// A moment on the monotonic clock. The origin is arbitrary; only differences mean something. Logic
/// takes it as an argument and never asks for it (common/clock is for the outermost layer).
class Timestamp {
 public:
  constexpr Timestamp() = default;
  static constexpr Timestamp from_us(std::int64_t us) { return Timestamp(us); }
  static constexpr Timestamp from_ms(std::int64_t ms) { return Timestamp(ms * 1000); }
  /// Later than everything: "no deadline".
  static constexpr Timestamp never() { return Timestamp(std::numeric_limits<std::int64_t>::max()); }

  constexpr std::int64_t us() const { return us_; }
  constexpr std::int64_t ms() const { return us_ / 1000; }
  constexpr bool is_never() const { return *this == never(); }

  constexpr auto operator<=>(const Timestamp&) const = default;
  constexpr TimeDelta operator-(Timestamp o) const { return TimeDelta::micros(us_ - o.us_); }
  constexpr Timestamp operator+(TimeDelta d) const { return Timestamp(us_ + d.us()); }
  constexpr Timestamp operator-(TimeDelta d) const { return Timestamp(us_ - d.us()); }

 private:
  explicit constexpr Timestamp(std::int64_t us) : us_(us) {}
  std::int64_t us_ = 0;
};

/// A moment on the wall clock: microseconds since 1970-01-01T00:00:00Z. For chat times, tokens,
/// RTCP NTP times.
struct WallTime {
  std::int64_t us = 0;
  constexpr auto operator<=>(const WallTime&) const = default;
  constexpr std::int64_t unix_seconds() const { return us / 1'000'000; }
  constexpr WallTime operator+(TimeDelta d) const { return WallTime{us + d.us()}; }
};

}  // namespace halcyon
