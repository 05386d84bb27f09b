#include "signald/http/conditional.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "signald/http/field_text.h"
#include "signald/http/http_date.h"

namespace halcyon::signald {
namespace {

/// Takes one element, `"…"`, `W/"…"` or `*`, off the front of a list; empty on a syntax error or at
/// the end.
std::string_view take_tag(std::string_view& list) {
  while (!list.empty() && (list.front() == ' ' || list.front() == '\t' || list.front() == ',')) {
    list.remove_prefix(1);
  }
  if (list.starts_with('*')) {
    const std::string_view star = list.substr(0, 1);
    list.remove_prefix(1);
    return star;
  }
  const std::size_t quote = list.starts_with("W/") ? 2 : 0;
  if (list.size() <= quote || list[quote] != '"') return {};
  const std::size_t end = list.find('"', quote + 1);
  if (end == std::string_view::npos) return {};
  const std::string_view tag = list.substr(0, end + 1);
  list.remove_prefix(end + 1);
  return tag;
}

std::string_view without_weakness(std::string_view tag) {
  return tag.starts_with("W/") ? tag.substr(2) : tag;
}

enum class Comparison { kStrong, kWeak, kBytes };

bool matches(std::string_view list, std::string_view tag, Comparison comparison) {
  while (true) {
    const std::string_view element = take_tag(list);
    if (element.empty()) return false;
    if (element == "*") {
      if (!tag.empty()) return true;
      continue;
    }
    if (comparison == Comparison::kWeak ? without_weakness(element) == without_weakness(tag)
                                        : element == tag) {
      if (comparison != Comparison::kStrong || !element.starts_with("W/")) return true;
    }
  }
}

std::int64_t whole_seconds(std::int64_t ns) { return ns / 1'000'000'000; }

bool precondition_failed(const Headers& headers, const FileFacts& facts, std::string_view tag) {
  if (const std::string_view list = headers.get("if-match"); !list.empty()) {
    return !matches(list, tag, Comparison::kStrong);
  }
  const auto since = parse_http_date(headers.get("if-unmodified-since"));
  return since && whole_seconds(facts.mtime_ns) > *since;
}

bool not_modified(const Headers& headers, const FileFacts& facts, std::string_view tag) {
  if (const std::string_view list = headers.get("if-none-match"); !list.empty()) {
    return matches(list, tag, Comparison::kWeak);
  }
  const auto since = parse_http_date(headers.get("if-modified-since"));
  return since && whole_seconds(facts.mtime_ns) <= *since;
}

/// If-Range: ranges count only while the client's validator is still the current one (RFC
/// 9110 13.1.5).
bool range_applies(const Headers& headers, const FileFacts& facts, std::string_view tag) {
  const std::string_view condition = trimmed(headers.get("if-range"));
  if (condition.empty()) return true;
  if (condition.front() == '"' || condition.starts_with("W/")) return condition == tag;
  const auto date = parse_http_date(condition);
  return date && whole_seconds(facts.mtime_ns) == *date;
}

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

struct ParsedRanges {
  bool valid = false;  // false: ignore the header
  std::vector<ByteRange> satisfiable;
};

/// One range-spec: "a-b", "a-" or "-n". False when it is none.
bool parse_range(std::string_view spec, std::uint64_t size, std::vector<ByteRange>& out) {
  const std::size_t dash = spec.find('-');
  if (dash == std::string_view::npos) return false;
  const std::string_view first_text = trimmed(spec.substr(0, dash));
  const std::string_view last_text = trimmed(spec.substr(dash + 1));
  const auto last = number(last_text);
  if (first_text.empty()) {
    if (!last) return false;
    if (*last > 0 && size > 0) out.push_back({size - std::min(*last, size), size - 1});
    return true;
  }
  const auto first = number(first_text);
  if (!first || (!last && !last_text.empty()) || (last && *last < *first)) return false;
  if (*first < size) out.push_back({*first, last ? std::min(*last, size - 1) : size - 1});
  return true;
}

ParsedRanges parse_ranges(std::string_view header, std::uint64_t size) {
  ParsedRanges result;
  if (!header.starts_with("bytes=")) return result;
  header.remove_prefix(6);
  std::size_t count = 0;
  while (true) {
    const std::size_t comma = header.find(',');
    const std::string_view spec = trimmed(header.substr(0, comma));
    if (!spec.empty()) {
      if (++count > kMaxRanges || !parse_range(spec, size, result.satisfiable)) return {};
    }
    if (comma == std::string_view::npos) break;
    header.remove_prefix(comma + 1);
  }
  result.valid = count > 0;
  return result;
}

}  // namespace

std::string entity_tag(const FileFacts& facts) {
  const std::string_view dash = facts.coding.empty() ? "" : "-";
  return fmt::format("\"{}-{}{}{}\"", facts.size, facts.mtime_ns, dash, facts.coding);
}

Decision decide(const Headers& headers, const FileFacts& facts) {
  const std::string tag = entity_tag(facts);
  if (precondition_failed(headers, facts, tag)) return {Decision::Kind::kPreconditionFailed, {}};
  if (not_modified(headers, facts, tag)) return {Decision::Kind::kNotModified, {}};
  const std::string_view range = trimmed(headers.get("range"));
  if (range.empty() || !range_applies(headers, facts, tag)) return {};
  ParsedRanges parsed = parse_ranges(range, facts.size);
  if (!parsed.valid) return {};
  // An empty file has no byte to be out of range of: answered whole.
  if (parsed.satisfiable.empty()) {
    return {facts.size == 0 ? Decision::Kind::kFull : Decision::Kind::kRangeNotSatisfiable, {}};
  }
  std::uint64_t total = 0;
  for (const ByteRange& r : parsed.satisfiable) total += r.length();
  // Overlapping ranges that ask for more than the file are served better by the file.
  if (total > facts.size) return {};
  return {Decision::Kind::kRanges, std::move(parsed.satisfiable)};
}

int check_entity_tag(Method method, std::string_view tag, const Headers& headers) {
  const std::string_view if_match = headers.get("if-match");
  if (!if_match.empty() && if_match != tag && !matches(if_match, tag, Comparison::kBytes)) {
    return 412;
  }
  const std::string_view if_none_match = headers.get("if-none-match");
  if (!if_none_match.empty() &&
      (if_none_match == tag || matches(if_none_match, tag, Comparison::kBytes))) {
    return method == Method::kGet || method == Method::kHead ? 304 : 412;
  }
  return 0;
}

}  // namespace halcyon::signald
