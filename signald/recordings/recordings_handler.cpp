#include "signald/recordings/recordings_handler.h"

#include <utility>

#include "common/log/log.h"
#include "signald/groups/names.h"
#include "signald/http/canonical_host.h"
#include "signald/http/error_response.h"
#include "signald/http/file_response.h"
#include "signald/http/form.h"
#include "signald/http/login_refusal.h"
#include "signald/http/origin.h"
#include "signald/http/request_path.h"
#include "signald/recordings/recordings_page.h"

namespace halcyon::signald {
namespace {

constexpr std::string_view kListMethods = "OPTIONS, HEAD, GET, POST";
constexpr std::string_view kFileMethods = "OPTIONS, HEAD, GET";

Response refusal(RecordingsVerdict verdict, const std::string& group) {
  switch (verdict) {
    case RecordingsVerdict::kTooManyFailures:
      return too_many_failures(LoginThrottle::kForgetAfter);
    case RecordingsVerdict::kOverloaded:
      return too_many_logins();
    default:
      return ask_for_password("recordings/" + percent_encode_path(group));
  }
}

/// "https://a.org:8443" of "https://a.org:8443/base".
std::string origin_of(const std::string& url) {
  const std::size_t slashes = url.find("://");
  if (slashes == std::string::npos) return {};
  return url.substr(0, url.find('/', slashes + 3));
}

/// A browser adds the password by itself, also to what a foreign page asks of it. Sec-Fetch-Site is
/// the browser's own word; where it is missing (plain HTTP, programs) the origin has to be ours,
/// `outside` being the URL that a proxy shows of us.
bool is_forged(const Request& request, const std::string& outside) {
  const std::string_view site = request.headers.get("sec-fetch-site");
  if (!site.empty()) return site != "same-origin" && site != "none";
  return !origin_allowed(request.headers.get("origin"), request.headers.get("host"),
                         {origin_of(outside)});
}

/// What the list leaves out is not there: half-written files, what a file manager left behind.
bool is_hidden(std::string_view file) { return file.starts_with('.'); }

std::string field(const Form& body, const Form& query, std::string_view name) {
  const auto in_body = body.find(name);
  if (in_body != body.end()) return in_body->second;
  const auto in_query = query.find(name);
  return in_query == query.end() ? std::string() : in_query->second;
}

}  // namespace

RecordingsHandler::RecordingsHandler(Parts parts)
    : config_(parts.config),
      groups_(parts.groups),
      static_root_(parts.static_root),
      files_(std::move(parts.directory)),
      access_(parts.groups, parts.passwords) {}

std::size_t RecordingsHandler::body_limit(const Request& head) const {
  return head.method == Method::kPost ? kMaxDeleteForm : 0;
}

void RecordingsHandler::handle(const Request& request, Moment now, Reply reply) {
  if (auto elsewhere = canonical_redirect(request, config_)) return reply(std::move(*elsewhere));
  if (request.path == "/recordings") return reply(redirect(308, "/recordings/"));
  const auto named = parse_recordings_url(request.path);
  if (!named) return reply(text_error(400, "Bad group name"));
  if (is_group(*named)) {
    return reply(redirect(308, recordings_path(named->group + "/" + named->file)));
  }
  access_.ask(
      request, named->group, now,
      [this, request, url = *named, reply = std::move(reply)](
          RecordingsVerdict verdict, Moment then) { decided(request, url, verdict, then, reply); });
}

/// "/recordings/a/b" means the list of a/b if that is a group with a description of its own, which
/// its page tells everybody. What lies in the recordings' directory must not show here: nobody has
/// given a password yet.
bool RecordingsHandler::is_group(const RecordingsUrl& url) const {
  const std::string name = url.group + "/" + url.file;
  if (url.file.empty() || url.file.starts_with('.') || !is_valid_group_name(name)) return false;
  const auto found = groups_.find(name);
  return found && found->subgroup == Subgroup::kOwnFile;
}

void RecordingsHandler::decided(const Request& request, const RecordingsUrl& url,
                                RecordingsVerdict verdict, Moment now, const Reply& reply) {
  if (verdict == RecordingsVerdict::kAdmitted) return reply(answer(request, url, now));
  Response response = refusal(verdict, url.group);
  if (verdict != RecordingsVerdict::kWrongPassword || held_back_.size() >= kMaxHeldBack) {
    return reply(std::move(response));
  }
  held_back_.emplace(now.now + kRecordingsRefusalDelay, HeldBack{reply, std::move(response)});
}

Timestamp RecordingsHandler::next_deadline() const {
  return held_back_.empty() ? Timestamp::never() : held_back_.begin()->first;
}

void RecordingsHandler::handle_timeout(Timestamp now) {
  while (!held_back_.empty() && held_back_.begin()->first <= now) {
    auto due = held_back_.extract(held_back_.begin());
    due.mapped().reply(std::move(due.mapped().response));
  }
}

Response RecordingsHandler::answer(const Request& request, const RecordingsUrl& url,
                                   Moment now) const {
  if (!url.file.empty()) return file(request, url, now);
  if (!request.path.ends_with('/')) return redirect(308, recordings_path(url.group));
  if (request.method == Method::kPost) return remove(request, url);
  return list(request, url);
}

Response RecordingsHandler::open_error(OpenError error) const {
  return error == OpenError::kNotFound ? not_found_page(static_root_) : internal_error();
}

Response RecordingsHandler::list(const Request& request, const RecordingsUrl& url) const {
  if (request.method != Method::kGet && request.method != Method::kHead) {
    return method_not_allowed(kListMethods);
  }
  const auto files = files_.list(url.group);
  if (!files) return open_error(files.error());
  Response response;
  response.headers.add("content-type", "text/html; charset=utf-8");
  response.headers.add("cache-control", "no-cache");
  response.headers.add("content-security-policy",
                       "default-src 'none'; style-src 'self'; form-action 'self'; "
                       "frame-ancestors 'none'; base-uri 'none'");
  // Not "no-referrer": browsers would then send the form with "Origin: null".
  response.headers.add("referrer-policy", "same-origin");
  response.headers.add("x-content-type-options", "nosniff");
  response.body.emplace_back(recordings_page(url.group, *files));
  return response;
}

Response RecordingsHandler::remove(const Request& request, const RecordingsUrl& url) const {
  const auto config = config_.current();
  if (is_forged(request, config ? (*config)->proxy_url : "")) return text_error(403, "Forbidden");
  const auto body = parse_form(request.body);
  const auto query = parse_form(request.query);
  if (!body || !query) return text_error(400, "Couldn't parse request");
  if (field(*body, *query, "q") != "delete") return text_error(400, "Unknown query");
  const std::string name = field(*body, *query, "filename");
  if (name.empty()) return text_error(400, "No filename provided");
  if (name.find('/') != std::string::npos || name.find('\0') != std::string::npos || name == "." ||
      name == "..") {
    return text_error(400, "Bad character in filename");
  }
  if (is_hidden(name)) return not_found_page(static_root_);
  if (const auto removed = files_.remove(url.group, name); !removed) {
    return open_error(removed.error());
  }
  spdlog::info("a recording of group {} was deleted", url.group);
  return redirect(303, recordings_path(url.group));
}

Response RecordingsHandler::file(const Request& request, const RecordingsUrl& url,
                                 Moment now) const {
  if (request.method != Method::kGet && request.method != Method::kHead) {
    return method_not_allowed(kFileMethods);
  }
  if (is_hidden(url.file)) return not_found_page(static_root_);
  const std::string path = url.group + "/" + url.file;
  const auto opened = files_.open(path);
  if (!opened) return open_error(opened.error());
  // The list of an automatic subgroup.
  if (opened->is_directory) return redirect(308, recordings_path(path));
  const std::int64_t age_us = now.wall.us - opened->facts.mtime_ns / 1000;
  const bool growing = age_us <= kGrowingFile.us();
  Headers headers;
  headers.add("x-content-type-options", "nosniff");
  return file_response(request, *opened, url.file, growing ? "no-cache" : "max-age=1800",
                       std::move(headers));
}

}  // namespace halcyon::signald
