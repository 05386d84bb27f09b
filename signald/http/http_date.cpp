#include "signald/http/http_date.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

namespace halcyon::signald {
namespace {

constexpr std::array<std::string_view, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

std::optional<int> digits(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

}  // namespace

std::string http_date(std::int64_t unix_seconds) {
  using namespace std::chrono;
  const sys_seconds when{seconds(unix_seconds)};
  const auto day = floor<days>(when);
  const year_month_day date(day);
  const hh_mm_ss time(when - day);
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kDays[weekday(day).c_encoding()],
                     static_cast<unsigned>(date.day()),
                     kMonths[static_cast<unsigned>(date.month()) - 1],
                     static_cast<int>(date.year()), time.hours().count(), time.minutes().count(),
                     time.seconds().count());
}

std::optional<std::int64_t> parse_http_date(std::string_view text) {
  using namespace std::chrono;
  // 0         1         2
  // 01234567890123456789012345678
  // Sun, 06 Nov 1994 08:49:37 GMT
  if (text.size() != 29 || text.substr(3, 2) != ", " || text[7] != ' ' || text[11] != ' ' ||
      text[16] != ' ' || text[19] != ':' || text[22] != ':' || text.substr(25) != " GMT") {
    return std::nullopt;
  }
  if (std::find(kDays.begin(), kDays.end(), text.substr(0, 3)) == kDays.end()) return std::nullopt;
  const auto month = std::find(kMonths.begin(), kMonths.end(), text.substr(8, 3));
  const auto d = digits(text.substr(5, 2));
  const auto y = digits(text.substr(12, 4));
  const auto hh = digits(text.substr(17, 2));
  const auto mm = digits(text.substr(20, 2));
  const auto ss = digits(text.substr(23, 2));
  if (month == kMonths.end() || !d || !y || !hh || !mm || !ss) return std::nullopt;
  const year_month_day date{year(*y), std::chrono::month(month - kMonths.begin() + 1u),
                            day(static_cast<unsigned>(*d))};
  if (!date.ok() || *hh > 23 || *mm > 59 || *ss > 60) return std::nullopt;
  return (sys_days(date).time_since_epoch() + hours(*hh) + minutes(*mm) + seconds(*ss)) /
         seconds(1);
}

}  // namespace halcyon::signald
