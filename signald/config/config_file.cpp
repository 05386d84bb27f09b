#include "signald/config/config_file.h"

#include <spdlog/spdlog.h>

#include <utility>

#include "signald/json/ascii_case.h"
#include "signald/json/json_reader.h"

namespace halcyon::signald {

namespace {

using Problem = std::optional<std::string>;

Problem wrong_type(const JsonMember& field, std::string_view wanted) {
  return "field \"" + field.key + "\" must be " + std::string(wanted) + ", not " +
         std::string(field.value.type_name());
}

Problem read_boolean(const JsonMember& field, bool& out) {
  const auto value = field.value.as_bool();
  if (!value) {
    return wrong_type(field, "true or false");
  }
  out = *value;
  return std::nullopt;
}

Problem read_string(const JsonMember& field, std::string& out) {
  const std::string* value = field.value.as_string();
  if (value == nullptr) {
    return wrong_type(field, "a string");
  }
  out = *value;
  return std::nullopt;
}

Problem read_strings(const JsonMember& field, std::vector<std::string>& out) {
  const JsonArray* array = field.value.as_array();
  if (array == nullptr) {
    return wrong_type(field, "an array of strings");
  }
  out.clear();
  for (const JsonValue& element : *array) {
    const std::string* text = element.as_string();
    if (text == nullptr) {
      return wrong_type({field.key, element}, "an array of strings");
    }
    out.push_back(*text);
  }
  return std::nullopt;
}

Problem read_users(const JsonMember& field, ConfigContents& out) {
  const JsonObject* object = field.value.as_object();
  if (object == nullptr) {
    return wrong_type(field, "an object");
  }
  for (const JsonMember& user : *object) {
    auto entry = read_user_entry(user.value);
    if (!entry) {
      return "user \"" + user.key + "\": " + entry.error().message;
    }
    if (auto problem = password_problem(entry->password)) {
      out.warnings.push_back("the password of user \"" + user.key +
                             "\" lets nobody in: " + *problem);
    }
    out.users[user.key] = std::move(*entry);
  }
  return std::nullopt;
}

Problem read_field(const JsonMember& field, ConfigContents& out) {
  const std::string name = lower_ascii(field.key);
  GlobalConfig& config = out.config;
  const bool is_null = field.value.is_null();
  if (name == "users") {
    return is_null ? std::nullopt : read_users(field, out);
  }
  if (name == "writablegroups") {
    return is_null ? std::nullopt : read_boolean(field, config.writable_groups);
  }
  if (name == "publicserver") {
    return is_null ? std::nullopt : read_boolean(field, config.public_server);
  }
  if (name == "canonicalhost") {
    return is_null ? std::nullopt : read_string(field, config.canonical_host);
  }
  if (name == "proxyurl") {
    return is_null ? std::nullopt : read_string(field, config.proxy_url);
  }
  if (name == "alloworigin") {
    return is_null ? std::nullopt : read_strings(field, config.allow_origin);
  }
  if (name == "allowadminorigin") {
    return is_null ? std::nullopt : read_strings(field, config.allow_admin_origin);
  }
  if (name == "admin") {
    out.warnings.emplace_back(
        "field \"admin\" is obsolete and ignored: name the administrators in \"users\"");
    return std::nullopt;
  }
  return "unknown field \"" + field.key + "\": remove it or correct its spelling";
}

}  // namespace

ResultOr<ConfigContents> parse_config(std::string_view text) {
  const auto value = parse_json(text, Duplicates::kKept);
  if (!value) {
    return fail(value.error().message);
  }
  ConfigContents out;
  if (value->is_null()) {
    return out;
  }
  const JsonObject* object = value->as_object();
  if (object == nullptr) {
    return fail("the file must hold an object, not " + std::string(value->type_name()));
  }
  for (const JsonMember& field : *object) {
    if (auto problem = read_field(field, out)) {
      return fail(std::move(*problem));
    }
  }
  return out;
}

ConfigFile::ConfigFile(FileReader& files, std::string path)
    : files_(files), path_(std::move(path)) {}

ResultOr<const GlobalConfig*> ConfigFile::current() {
  const auto whole = contents();
  if (!whole) {
    return fail(whole.error().message);
  }
  return &(*whole)->config;
}

ResultOr<const ConfigContents*> ConfigFile::contents() {
  const auto stamp = files_.stat(path_);
  if (stamp) {
    if (stamp_ != *stamp) {
      reload(*stamp);
    }
  } else if (stamp.error().kind == FileError::Kind::kMissing) {
    stamp_.reset();
    contents_ = ConfigContents();
  } else {
    stamp_.reset();
    complain(stamp.error().text);
  }
  if (!contents_) {
    return fail(contents_.error().message);
  }
  return &*contents_;
}

void ConfigFile::reload(const FileStamp& stamp) {
  const auto text = files_.read(path_, kMaxConfigFile);
  if (!text) {
    // Not remembered: what keeps a file from being read may end without a change of the file.
    stamp_.reset();
    complain(text.error().text);
    return;
  }
  stamp_ = stamp;
  auto parsed = parse_config(*text);
  if (!parsed) {
    complain(parsed.error().message);
    return;
  }
  for (const std::string& warning : parsed->warnings) {
    spdlog::warn("{}: {}", path_, warning);
  }
  contents_ = std::move(*parsed);
}

void ConfigFile::complain(const std::string& reason) {
  const std::string text = path_ + ": " + reason;
  if (contents_ || contents_.error().message != text) {
    spdlog::error("{}", text);
  }
  contents_ = fail(text);
}

}  // namespace halcyon::signald
