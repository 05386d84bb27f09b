#include "signald/auth/jwt.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "common/encoding/base64.h"
#include "signald/auth/jwk.h"
#include "signald/json/json_reader.h"

namespace halcyon::signald {

namespace {

using Bytes = std::vector<std::uint8_t>;

std::string_view as_text(const Bytes& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::optional<JsonObject> decode_object(std::string_view segment) {
  const auto bytes = base64url_decode(segment);
  if (!bytes) {
    return std::nullopt;
  }
  JsonStream stream = parse_json_stream(as_text(*bytes));
  if (stream.error || stream.values.size() != 1 || stream.values[0].as_object() == nullptr) {
    return std::nullopt;
  }
  return *stream.values[0].as_object();
}

/// "" when missing or of another type.
std::string text_field(const JsonObject& object, std::string_view name) {
  const JsonValue* value = object.find(name);
  const std::string* text = value == nullptr ? nullptr : value->as_string();
  return text == nullptr ? std::string() : *text;
}

/// Whole seconds since 1970; none when the claim is missing.
ResultOr<std::optional<double>> time_claim(const JsonObject& payload, std::string_view name) {
  const JsonValue* value = payload.find(name);
  if (value == nullptr) {
    return std::nullopt;
  }
  const auto number = value->as_number();
  if (!number) {
    return fail(std::string(name) + " is not a number");
  }
  return std::trunc(*number);
}

ResultOr<void> check_times(const JsonObject& payload, WallTime now) {
  const double seconds = static_cast<double>(now.us) / 1e6;
  const double leeway = kJwtLeeway.seconds_f();
  const auto expires = time_claim(payload, "exp");
  const auto not_before = time_claim(payload, "nbf");
  const auto issued = time_claim(payload, "iat");
  if (!expires || !not_before || !issued) {
    return fail("a time is not a number");
  }
  if (!*expires || **expires == 0) {
    return fail("token does not expire");
  }
  if (seconds >= **expires + leeway) {
    return fail("token has expired");
  }
  if ((*not_before && seconds < **not_before - leeway) ||
      (*issued && seconds < **issued - leeway)) {
    return fail("token is in the future");
  }
  return {};
}

struct Audience {
  std::string host;
  std::string path;
};

std::optional<std::string> percent_decode(std::string_view text) {
  const auto digit = [](char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
  };
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size() || digit(text[i + 1]) < 0 || digit(text[i + 2]) < 0) {
      return std::nullopt;
    }
    out += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
    i += 2;
  }
  return out;
}

bool is_scheme(std::string_view text) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  return !text.empty() && letter(text.front()) &&
         std::all_of(text.begin(), text.end(), [&](char c) {
           return letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
         });
}

/// RFC 3986, as far as an audience needs it.
std::optional<Audience> parse_audience(std::string_view url) {
  const bool has_control = std::any_of(url.begin(), url.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  });
  if (has_control) {
    return std::nullopt;
  }
  url = url.substr(0, url.find_first_of("?#"));
  const std::size_t colon = url.find(':');
  if (colon != std::string_view::npos && is_scheme(url.substr(0, colon))) {
    url.remove_prefix(colon + 1);
  }
  Audience out;
  if (url.starts_with("//")) {
    url.remove_prefix(2);
    std::string_view authority = url.substr(0, url.find('/'));
    url.remove_prefix(authority.size());
    const std::size_t at = authority.rfind('@');
    out.host = at == std::string_view::npos ? authority : authority.substr(at + 1);
  }
  auto path = percent_decode(url);
  if (!path) {
    return std::nullopt;
  }
  out.path = std::move(*path);
  return out;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

bool audience_matches(std::string_view url, std::string_view group, bool include_subgroups,
                      std::string_view canonical_host) {
  const auto audience = parse_audience(url);
  if (!audience ||
      (!canonical_host.empty() && !equal_ignoring_case(audience->host, canonical_host))) {
    return false;
  }
  const std::string wanted = "/group/" + std::string(group) + "/";
  if (!include_subgroups) {
    return audience->path == wanted;
  }
  return audience->path.starts_with("/group/") && audience->path.ends_with('/') &&
         wanted.starts_with(audience->path);
}

ResultOr<std::vector<std::string>> string_list(const JsonValue& value, std::string_view name) {
  std::vector<std::string> out;
  const JsonArray* array = value.as_array();
  if (array == nullptr) {
    return fail(std::string(name) + " is not an array");
  }
  for (const JsonValue& element : *array) {
    const std::string* text = element.as_string();
    if (text == nullptr) {
      return fail(std::string(name) + " holds something else than strings");
    }
    out.push_back(*text);
  }
  return out;
}

ResultOr<void> check_audience(const JsonObject& payload, std::string_view group,
                              std::string_view canonical_host) {
  const JsonValue* claim = payload.find("aud");
  if (claim == nullptr) {
    return fail("token without audience");
  }
  std::vector<std::string> urls;
  if (const std::string* url = claim->as_string()) {
    urls.push_back(*url);
  } else {
    auto list = string_list(*claim, "aud");
    if (!list) {
      return fail(list.error().message);
    }
    urls = std::move(*list);
  }
  const JsonValue* below = payload.find("include-subgroups");
  const bool include_subgroups = below != nullptr && below->as_bool() == true;
  for (const std::string& url : urls) {
    if (audience_matches(url, group, include_subgroups, canonical_host)) {
      return {};
    }
  }
  return fail("token for another group");
}

}  // namespace

std::optional<Jwt> parse_jwt(std::string_view text) {
  const std::size_t first = text.find('.');
  const std::size_t second = first == std::string_view::npos ? first : text.find('.', first + 1);
  if (second == std::string_view::npos || text.find('.', second + 1) != std::string_view::npos) {
    return std::nullopt;
  }
  auto header = decode_object(text.substr(0, first));
  auto payload = decode_object(text.substr(first + 1, second - first - 1));
  auto signature = base64url_decode(text.substr(second + 1));
  if (!header || !payload || !signature) {
    return std::nullopt;
  }
  Jwt out;
  out.header = std::move(*header);
  out.payload = std::move(*payload);
  out.signed_text = text.substr(0, second);
  out.signature = std::move(*signature);
  return out;
}

ResultOr<void> verify_jwt(const Jwt& token, const JsonArray& keys) {
  const std::string alg = text_field(token.header, "alg");
  const std::string kid = text_field(token.header, "kid");
  if (alg.empty() || token.signature.empty()) {
    return fail("token without signature");
  }
  // RFC 7515 4.1.11: who does not understand an extension that is marked so must refuse. We know
  // none.
  if (token.header.find("crit") != nullptr) {
    return fail("token with extensions (crit) that are not known here");
  }
  std::vector<JwsVerifier> verifiers;
  for (const JsonValue& key : keys) {
    const JsonObject* object = key.as_object();
    if (object == nullptr || text_field(*object, "alg") != alg ||
        (!kid.empty() && text_field(*object, "kid") != kid)) {
      continue;
    }
    auto verifier = read_jwk(*object);
    if (!verifier) {
      return fail("a key for " + alg + " is broken: " + verifier.error().message);
    }
    verifiers.push_back(std::move(*verifier));
  }
  for (const JwsVerifier& verify : verifiers) {
    if (verify(token.signed_text, token.signature)) {
      return {};
    }
  }
  return fail(verifiers.empty() ? "no key for this token" : "wrong signature");
}

ResultOr<JwtIdentity> read_jwt_claims(const Jwt& token, std::string_view group,
                                      std::string_view canonical_host, WallTime now) {
  const JsonObject& payload = token.payload;
  if (auto times = check_times(payload, now); !times) {
    return fail(times.error().message);
  }
  if (auto audience = check_audience(payload, group, canonical_host); !audience) {
    return fail(audience.error().message);
  }
  JwtIdentity identity;
  if (const JsonValue* subject = payload.find("sub")) {
    const std::string* name = subject->as_string();
    if (name == nullptr) {
      return fail("sub is not a string");
    }
    identity.username = *name;
  }
  const JsonValue* permissions = payload.find("permissions");
  if (permissions != nullptr && !permissions->is_null()) {
    auto words = string_list(*permissions, "permissions");
    if (!words) {
      return fail(words.error().message);
    }
    identity.permissions = Permissions(*words);
  }
  return identity;
}

}  // namespace halcyon::signald
