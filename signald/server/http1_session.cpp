#include "signald/server/http1_session.h"

#include <algorithm>
#include <boost/beast/http/status.hpp>
#include <utility>

#include "signald/http/http_date.h"
#include "signald/server/field_value.h"
#include "signald/ws/upgrade_check.h"

namespace halcyon::signald {
namespace {

/// What may wait of further requests while one is being answered.
constexpr std::size_t kMaxPipelined = kMaxHead;
/// RFC 9112 2.2: empty lines in front of a request are ignored; here, a few of them.
constexpr std::size_t kMaxEmptyLines = 4;
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr Refusal kTimedOut = {408, "Request Timeout"};

void append_field(std::string& head, std::string_view name, std::string_view value) {
  head.append(name).append(": ").append(clean_field_value(value)).append("\r\n");
}

std::string_view upgrade_refusal_text(int status) {
  return status == 403 ? "Forbidden" : status == 405 ? "Method Not Allowed" : "Bad Request";
}

}  // namespace

/// Where a reply goes; empty once the request is gone.
struct Http1Session::ReplySlot {
  Http1Session* session = nullptr;
};

Http1Session::Http1Session(SessionContext context, const UpgradeRules& upgrades, Moment now)
    : context_(std::move(context)),
      upgrades_(upgrades),
      deadline_(now.now + TimeDelta::seconds(context_.limits.header_seconds)) {}

Http1Session::~Http1Session() {
  if (slot_) slot_->session = nullptr;
}

bool Http1Session::reading() const {
  return state_ == State::kIdle || state_ == State::kHead || state_ == State::kBody;
}

bool Http1Session::wants_input() const {
  return !input_ended_ && (reading() || (state_ != State::kUpgraded && state_ != State::kFinished &&
                                         input_.size() < kMaxPipelined));
}

void Http1Session::receive(std::string_view bytes, Moment now) {
  if (state_ == State::kFinished || state_ == State::kUpgraded) return;
  input_.append(bytes);
  read_on(now);
}

void Http1Session::receive_end(Moment /*now*/) {
  input_ended_ = true;
  close_after_ = true;
  if (reading()) state_ = State::kFinished;
}

void Http1Session::read_on(Moment now) {
  bool more = true;
  while (more && reading()) more = state_ == State::kBody ? read_body(now) : read_head(now);
}

/// False when there is nothing more to be done with the input.
bool Http1Session::read_head(Moment now) {
  if (state_ == State::kIdle) {
    for (std::size_t i = 0; i < kMaxEmptyLines && input_.starts_with("\r\n"); ++i) {
      input_.erase(0, 2);
    }
    if (input_.empty()) {
      std::string().swap(input_);  // an idle connection keeps no buffer
      return false;
    }
    state_ = State::kHead;
    // The first request's time runs since the connection was made.
    if (std::exchange(answered_one_, false)) {
      deadline_ = now.now + TimeDelta::seconds(context_.limits.header_seconds);
    }
    parser_ = std::make_unique<Http1Parser>();
  }
  const auto length = parser_->read_head(input_);
  if (!length) {
    refuse(length.error());
    return false;
  }
  if (*length == 0) return false;
  input_.erase(0, *length);
  accept_head(now);
  return true;
}

void Http1Session::accept_head(Moment now) {
  Http1Head& head = parser_->head();
  request_ = std::move(head.request);
  request_.peer = context_.peer;
  request_.tls = context_.tls;
  context_.proxies.apply(request_);
  head_only_ = request_.method == Method::kHead;
  http10_ = head.http10;
  close_after_ = close_after_ || !head.keep_alive;
  body_size_ = 0;
  if (!head.has_body() && accept_upgrade()) return;
  const auto allowance = admit_body(context_.handler, request_, head.content_length);
  if (!allowance) {
    refuse(allowance.error());
    return;
  }
  allowance_ = *allowance;
  if (!head.has_body()) {
    dispatch(now);
    return;
  }
  state_ = State::kBody;
  deadline_ = now.now + kProgressTime;
  // Who has begun to send the body does not wait for leave to do so.
  if (head.expects_continue && input_.empty()) output_ = kContinue;
}

/// Whether the request is one for a WebSocket, granted or refused.
bool Http1Session::accept_upgrade() {
  if (request_.path != kWebSocketPath || http10_) return false;
  if (!has_element(request_.headers.get("upgrade"), "websocket")) return false;
  const int status = upgrades_.check(request_);
  if (status == 0) {
    state_ = State::kUpgraded;
    deadline_ = Timestamp::never();
    return true;
  }
  Response response = refusal_response({status, upgrade_refusal_text(status)});
  response.headers.add("sec-websocket-version", "13");
  close_after_ = true;
  answer(std::move(response));
  return true;
}

std::optional<Http1Session::Upgrade> Http1Session::take_upgrade() {
  if (state_ != State::kUpgraded) return std::nullopt;
  state_ = State::kFinished;
  return Upgrade{std::move(request_), std::move(input_)};
}

bool Http1Session::read_body(Moment now) {
  const auto step = parser_->read_body(input_);
  if (!step) {
    refuse(step.error());
    return false;
  }
  body_size_ += step->content.size();
  if (body_size_ > allowance_.limit) {
    refuse(kBodyTooLarge);
    return false;
  }
  if (allowance_.keep) request_.body.append(step->content);
  if (!step->content.empty()) deadline_ = now.now + kProgressTime;
  input_.erase(0, step->consumed);
  if (step->complete) {
    dispatch(now);
    return true;
  }
  return step->consumed > 0 && !input_.empty();
}

void Http1Session::dispatch(Moment now) {
  state_ = State::kHandling;
  deadline_ = Timestamp::never();
  parser_.reset();
  if (request_.path == "*") {
    answer(server_options());
    return;
  }
  slot_ = std::make_shared<ReplySlot>(ReplySlot{this});
  context_.handler.handle(request_, now, [slot = slot_](Response response) {
    Http1Session* session = std::exchange(slot->session, nullptr);
    if (session != nullptr) session->answer(std::move(response));
  });
}

/// Answers at once and ends the connection, whose next bytes may be anything.
void Http1Session::refuse(const Refusal& refusal) {
  close_after_ = true;
  head_only_ = head_only_ && state_ == State::kBody;
  answer(refusal_response(refusal));
}

void Http1Session::answer(Response response) {
  state_ = State::kSending;
  // Counted from when it begins to be sent.
  deadline_ = Timestamp::never();
  parser_.reset();
  close_after_ = close_after_ || response.close;
  response_ = std::move(response);
  context_.wake();
}

std::string Http1Session::response_head(const Response& response, std::uint64_t length,
                                        Moment now) const {
  const auto reason =
      boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(response.status));
  std::string head = "HTTP/1.1 " + std::to_string(response.status) + " ";
  head.append(reason.data(), reason.size()).append("\r\n");
  append_field(head, "date", http_date(now.wall.unix_seconds()));
  for (const auto& [name, value] : response.headers.fields()) append_field(head, name, value);
  if (close_after_) {
    append_field(head, "connection", "close");
  } else if (http10_) {
    append_field(head, "connection", "keep-alive");
  }
  if (!status_has_no_body(response.status)) {
    append_field(head, "content-length", std::to_string(length));
  }
  return head.append("\r\n");
}

void Http1Session::begin_sending(Moment now) {
  Response response = std::move(*response_);
  response_.reset();
  // A leave to go on that is still unsent comes first, and is harmless.
  output_.append(response_head(response, response.body_length(), now));
  if (!head_only_ && !status_has_no_body(response.status)) {
    body_.emplace(std::move(response.body));
  }
  deadline_ = now.now + kProgressTime;
}

std::size_t Http1Session::pull(std::span<char> out, Moment now) {
  std::size_t filled = 0;
  while (filled < out.size()) {
    if (response_) begin_sending(now);
    if (output_sent_ < output_.size()) {
      const std::size_t part = std::min(out.size() - filled, output_.size() - output_sent_);
      std::copy_n(output_.begin() + static_cast<std::ptrdiff_t>(output_sent_), part,
                  out.begin() + static_cast<std::ptrdiff_t>(filled));
      output_sent_ += part;
      filled += part;
      continue;
    }
    if (state_ != State::kSending) break;
    if (body_ && body_->remaining() > 0) {
      const auto got = body_->read(out.subspan(filled));
      if (!got) {
        state_ = State::kFinished;
        break;
      }
      filled += *got;
      continue;
    }
    finish_exchange(now);
  }
  if (output_sent_ == output_.size()) {
    output_.clear();
    output_sent_ = 0;
  }
  if (filled > 0 && state_ == State::kSending) deadline_ = now.now + kProgressTime;
  return filled;
}

void Http1Session::finish_exchange(Moment now) {
  body_.reset();
  slot_.reset();
  request_ = Request();
  std::string().swap(output_);
  output_sent_ = 0;
  if (close_after_) {
    state_ = State::kFinished;
    return;
  }
  state_ = State::kIdle;
  answered_one_ = true;
  deadline_ = now.now + TimeDelta::seconds(context_.limits.idle_seconds);
  read_on(now);
}

void Http1Session::on_time(Moment now) {
  if (now.now < deadline_) return;
  deadline_ = Timestamp::never();
  if (state_ == State::kHead || state_ == State::kBody) {
    refuse(kTimedOut);
  } else {
    state_ = State::kFinished;
  }
}

void Http1Session::leave(Moment /*now*/) {
  close_after_ = true;
  if (state_ == State::kIdle) state_ = State::kFinished;
}

}  // namespace halcyon::signald
