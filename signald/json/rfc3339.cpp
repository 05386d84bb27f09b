#include "signald/json/rfc3339.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>

namespace halcyon::signald {

namespace {

using std::chrono::days;
using std::chrono::sys_days;

/// Reads from the front of a text; every step fails for good once one has failed.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  int digits(std::size_t count) {
    int value = 0;
    if (text_.size() < count) {
      ok_ = false;
      return 0;
    }
    for (std::size_t i = 0; i < count; ++i) {
      const char c = text_[i];
      ok_ = ok_ && c >= '0' && c <= '9';
      value = value * 10 + (c - '0');
    }
    text_.remove_prefix(count);
    return value;
  }
  bool accept(char c) {
    if (text_.empty() || text_.front() != c) {
      return false;
    }
    text_.remove_prefix(1);
    return true;
  }
  void expect(char c) { ok_ = accept(c) && ok_; }
  bool at_digit() const { return !text_.empty() && text_.front() >= '0' && text_.front() <= '9'; }
  bool finished() const { return ok_ && text_.empty(); }

 private:
  std::string_view text_;
  bool ok_ = true;
};

std::int64_t scan_fraction(Scanner& scanner) {
  std::int64_t micros = 0;
  std::int64_t unit = 100'000;
  do {
    micros += scanner.digits(1) * unit;
    unit /= 10;
  } while (scanner.at_digit());
  return micros;
}

}  // namespace

std::optional<ZonedTime> parse_zoned_rfc3339(std::string_view text) {
  Scanner scanner(text);
  const int year = scanner.digits(4);
  scanner.expect('-');
  const int month = scanner.digits(2);
  scanner.expect('-');
  const int day = scanner.digits(2);
  scanner.expect('T');
  const int hour = scanner.digits(2);
  scanner.expect(':');
  const int minute = scanner.digits(2);
  scanner.expect(':');
  const int second = scanner.digits(2);
  const std::int64_t micros = scanner.accept('.') ? scan_fraction(scanner) : 0;
  int zone_minutes = 0;
  if (!scanner.accept('Z')) {
    const int sign = scanner.accept('-') ? -1 : 1;
    if (sign > 0) {
      scanner.expect('+');
    }
    const int zone_hour = scanner.digits(2);
    scanner.expect(':');
    const int zone_minute = scanner.digits(2);
    if (zone_hour > 23 || zone_minute > 59) {
      return std::nullopt;
    }
    zone_minutes = sign * (zone_hour * 60 + zone_minute);
  }
  if (!scanner.finished() || hour > 23 || minute > 59 || second > 59) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date(std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day)));
  if (!date.ok()) {
    return std::nullopt;
  }
  const std::int64_t day_count = sys_days(date).time_since_epoch().count();
  const std::int64_t seconds =
      day_count * 86400 + (hour * 60 + minute - zone_minutes) * 60 + second;
  return ZonedTime{WallTime{seconds * 1'000'000 + micros}, zone_minutes};
}

std::optional<WallTime> parse_rfc3339(std::string_view text) {
  const auto time = parse_zoned_rfc3339(text);
  return time ? std::optional(time->at) : std::nullopt;
}

std::string format_rfc3339(WallTime time, Fraction fraction) {
  std::int64_t seconds = time.us / 1'000'000;
  std::int64_t micros = time.us % 1'000'000;
  if (micros < 0) {
    micros += 1'000'000;
    --seconds;
  }
  std::int64_t day_count = seconds / 86400;
  std::int64_t in_day = seconds % 86400;
  if (in_day < 0) {
    in_day += 86400;
    --day_count;
  }
  const std::chrono::year_month_day date{sys_days(days(day_count))};
  std::string out =
      fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  in_day / 3600, in_day / 60 % 60, in_day % 60);
  if (fraction == Fraction::kMicroseconds && micros != 0) {
    std::string text = fmt::format(".{:06}", micros);
    text.erase(text.find_last_not_of('0') + 1);
    out += text;
  }
  return out + "Z";
}

std::string format_rfc3339(const ZonedTime& time) {
  const TimeDelta offset = TimeDelta::seconds(std::int64_t{time.zone_minutes} * 60);
  std::string out = format_rfc3339(time.at + offset, Fraction::kMicroseconds);
  if (time.zone_minutes == 0) return out;
  out.pop_back();
  const int minutes = std::abs(time.zone_minutes);
  return out + fmt::format("{}{:02}:{:02}", time.zone_minutes < 0 ? '-' : '+', minutes / 60,
                           minutes % 60);
}

}  // namespace halcyon::signald
