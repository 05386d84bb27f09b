// The only file that includes RapidJSON.
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <rapidjson/error/en.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "signald/json/json_reader.h"
#include "signald/json/json_writer.h"

namespace halcyon::signald {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

/// Length of the valid UTF-8 sequence at the start of `text` (RFC 3629), 0 if there is none.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto continues = [&](std::size_t i) { return i < text.size() && (byte(i) & 0xC0) == 0x80; };
  const unsigned char first = byte(0);
  if (first < 0x80) {
    return 1;
  }
  if (first >= 0xC2 && first <= 0xDF) {
    return continues(1) ? 2 : 0;
  }
  if (first >= 0xE0 && first <= 0xEF) {
    const bool shortest = first != 0xE0 || (text.size() > 1 && byte(1) >= 0xA0);
    const bool no_surrogate = first != 0xED || (text.size() > 1 && byte(1) < 0xA0);
    return continues(1) && continues(2) && shortest && no_surrogate ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool shortest = first != 0xF0 || (text.size() > 1 && byte(1) >= 0x90);
    const bool in_range = first != 0xF4 || (text.size() > 1 && byte(1) < 0x90);
    return continues(1) && continues(2) && continues(3) && shortest && in_range ? 4 : 0;
  }
  return 0;
}

/// The value of the \uXXXX escape at `at`, or -1.
int escaped_unit(std::string_view text, std::size_t at) {
  if (at + 6 > text.size() || text[at] != '\\' || text[at + 1] != 'u') {
    return -1;
  }
  int unit = 0;
  for (std::size_t i = at + 2; i < at + 6; ++i) {
    const char c = text[i];
    const int digit = c >= '0' && c <= '9'   ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    if (digit < 0) {
      return -1;
    }
    unit = unit * 16 + digit;
  }
  return unit;
}

/// RapidJSON refuses escapes of unpaired surrogates. A backslash occurs only inside strings, so
/// that no other state than the position is needed; elsewhere it is a syntax error whatever
/// follows.
void replace_unpaired_surrogates(std::string& text) {
  std::size_t at = text.find('\\');
  while (at != std::string::npos) {
    const int unit = escaped_unit(text, at);
    std::size_t length = 2;
    if (unit >= 0xD800 && unit <= 0xDFFF) {
      const int next = escaped_unit(text, at + 6);
      if (unit < 0xDC00 && next >= 0xDC00 && next <= 0xDFFF) {
        length = 12;
      } else {
        text.replace(at + 2, 4, "fffd");
        length = 6;
      }
    }
    at = at + length < text.size() ? text.find('\\', at + length) : std::string::npos;
  }
}

class ValueBuilder {
 public:
  explicit ValueBuilder(Duplicates duplicates) : duplicates_(duplicates) {}

  bool Null() { return put(JsonValue()); }
  bool Bool(bool value) { return put(JsonValue(value)); }
  bool Int(int value) { return put(JsonValue(value)); }
  bool Uint(unsigned value) { return put(JsonValue(std::uint64_t{value})); }
  bool Int64(std::int64_t value) { return put(JsonValue(value)); }
  bool Uint64(std::uint64_t value) { return put(JsonValue(value)); }
  bool Double(double value) { return put(JsonValue(value)); }
  bool RawNumber(const char*, rapidjson::SizeType, bool) { return false; }
  bool String(const char* text, rapidjson::SizeType length, bool) {
    return put(JsonValue(std::string(text, length)));
  }
  bool StartObject() { return open(true); }
  bool Key(const char* text, rapidjson::SizeType length, bool) {
    open_.back().key.assign(text, length);
    return true;
  }
  bool EndObject(rapidjson::SizeType) {
    JsonObject object = std::move(open_.back().object);
    open_.pop_back();
    if (duplicates_ == Duplicates::kLastWins) {
      object.remove_duplicates();
    }
    return put(JsonValue(std::move(object)));
  }
  bool StartArray() { return open(false); }
  bool EndArray(rapidjson::SizeType) {
    JsonArray array = std::move(open_.back().array);
    open_.pop_back();
    return put(JsonValue(std::move(array)));
  }

  bool too_deep() const { return too_deep_; }
  JsonValue take() { return std::move(root_); }

 private:
  struct Open {
    bool is_object = false;
    JsonObject object;
    JsonArray array;
    std::string key;
  };

  bool open(bool is_object) {
    if (open_.size() >= static_cast<std::size_t>(kMaxJsonDepth)) {
      too_deep_ = true;
      return false;
    }
    open_.emplace_back();
    open_.back().is_object = is_object;
    return true;
  }

  bool put(JsonValue value) {
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (open_.back().is_object) {
      open_.back().object.add(std::move(open_.back().key), std::move(value));
    } else {
      open_.back().array.push_back(std::move(value));
    }
    return true;
  }

  Duplicates duplicates_;
  bool too_deep_ = false;
  std::vector<Open> open_;
  JsonValue root_;
};

std::string place_of(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const std::size_t start = before.rfind('\n');
  const std::size_t column = start == std::string_view::npos ? offset : offset - start - 1;
  return "line " + std::to_string(line) + ", column " + std::to_string(column + 1);
}

std::string clean_text(std::string_view text) {
  std::string clean = valid_utf8(text);
  replace_unpaired_surrogates(clean);
  return clean;
}

/// Reads the first value of a text that clean_text() made; `used` is how much of it that took.
ResultOr<JsonValue> parse_clean(std::string_view clean, Duplicates duplicates, std::size_t& used) {
  rapidjson::MemoryStream stream(clean.data(), clean.size());
  ValueBuilder builder(duplicates);
  rapidjson::Reader reader;
  constexpr unsigned kFlags = rapidjson::kParseStopWhenDoneFlag | rapidjson::kParseIterativeFlag |
                              rapidjson::kParseFullPrecisionFlag;
  const rapidjson::ParseResult result = reader.Parse<kFlags>(stream, builder);
  used = stream.Tell();
  if (!result) {
    const std::string what = builder.too_deep()
                                 ? "nested deeper than " + std::to_string(kMaxJsonDepth) + " levels"
                                 : rapidjson::GetParseError_En(result.Code());
    return fail(place_of(clean, result.Offset()) + ": " + what);
  }
  return builder.take();
}

/// What the escapes protect occurs only inside strings, hence the whole text may be replaced.
std::string escape_for_html(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view rest = text.substr(i, 3);
    if (text[i] == '<') {
      out += "\\u003c";
    } else if (text[i] == '>') {
      out += "\\u003e";
    } else if (text[i] == '&') {
      out += "\\u0026";
    } else if (rest == "\xE2\x80\xA8" || rest == "\xE2\x80\xA9") {
      out += rest[2] == '\xA8' ? "\\u2028" : "\\u2029";
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

/// Largest integer below which doubles hold every integer exactly.
constexpr double kExactIntegers = 9007199254740992.0;

template <class Writer>
void write_number(Writer& writer, double value) {
  if (std::abs(value) < kExactIntegers && value == std::floor(value)) {
    writer.Int64(static_cast<std::int64_t>(value));
  } else {
    writer.Double(value);
  }
}

rapidjson::SizeType size_of(const std::string& text) {
  return static_cast<rapidjson::SizeType>(text.size());
}

}  // namespace

template <class Writer>
void write_value(Writer& writer, const JsonValue& value) {
  if (value.is_null()) {
    writer.Null();
  } else if (const auto* flag = std::get_if<bool>(&value.value_)) {
    writer.Bool(*flag);
  } else if (const auto* number = std::get_if<std::int64_t>(&value.value_)) {
    writer.Int64(*number);
  } else if (const auto* big = std::get_if<std::uint64_t>(&value.value_)) {
    writer.Uint64(*big);
  } else if (const auto* real = std::get_if<double>(&value.value_)) {
    write_number(writer, *real);
  } else if (const std::string* text = value.as_string()) {
    writer.String(text->data(), size_of(*text));
  } else if (const JsonArray* array = value.as_array()) {
    writer.StartArray();
    for (const JsonValue& element : *array) {
      write_value(writer, element);
    }
    writer.EndArray();
  } else if (const JsonObject* object = value.as_object()) {
    writer.StartObject();
    for (const JsonMember& member : *object) {
      writer.Key(member.key.data(), size_of(member.key));
      write_value(writer, member.value);
    }
    writer.EndObject();
  }
}

std::string valid_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    out += length == 0 ? kReplacement : text.substr(0, length);
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return out;
}

ResultOr<JsonValue> parse_json(std::string_view text, Duplicates duplicates) {
  const std::string clean = clean_text(text);
  std::size_t used = 0;
  return parse_clean(clean, duplicates, used);
}

JsonStream parse_json_stream(std::string_view text) {
  JsonStream stream;
  const std::string clean = clean_text(text);
  std::string_view rest = clean;
  while (true) {
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t\r\n"), rest.size()));
    if (rest.empty()) {
      return stream;
    }
    std::size_t used = 0;
    auto value = parse_clean(rest, Duplicates::kLastWins, used);
    if (!value) {
      stream.error = std::move(value.error());
      stream.rest = rest;
      return stream;
    }
    stream.values.push_back(std::move(*value));
    rest.remove_prefix(used);
  }
}

std::string write_json(const JsonValue& value) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  write_value(writer, value);
  return escape_for_html(std::string_view(buffer.GetString(), buffer.GetSize()));
}

}  // namespace halcyon::signald
