#include "signald/server/http2_session.h"

#include <algorithm>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "signald/http/error_response.h"
#include "signald/server/http2_engine.h"
#include "signald/server/http2_frame_scanner.h"
#include "signald/server/http2_limits.h"
#include "signald/server/http2_response.h"
#include "signald/server/http2_stream.h"
#include "signald/session/token_bucket.h"

namespace halcyon::signald {
namespace {

using State = Http2Stream::State;

constexpr Refusal kTooMuchAtOnce = {503, "Too many request bodies at once on this connection"};

}  // namespace

class Http2Session::Impl final : public Http2Events {
 public:
  Impl(SessionContext context, Moment now)
      : context_(std::move(context)),
        now_(now),
        idle_deadline_(now.now + TimeDelta::seconds(context_.limits.header_seconds)),
        chores_(kChoreBurst, kChoresPerSecond, now.now),
        engine_(*this) {}

  void receive(std::string_view bytes, Moment now);
  void receive_end(Moment now);
  std::size_t pull(std::span<char> out, Moment now);
  bool wants_input() const;
  bool finished() const;
  Timestamp deadline() const;
  void on_time(Moment now);
  void leave(Moment now);

  void begin_stream(StreamId id) override;
  void add_field(StreamId id, std::string_view name, std::string_view value) override;
  void end_head(StreamId id, bool more) override;
  void add_data(StreamId id, std::string_view bytes) override;
  void end_request(StreamId id) override;
  std::optional<std::size_t> read_body(StreamId id, std::span<char> out) override;
  bool body_is_read(StreamId id) const override;
  void end_response(StreamId id) override;
  void reset_sent() override { do_chores(1); }
  void end_stream(StreamId id) override;

 private:
  Http2Stream* find(StreamId id);
  void do_chores(std::size_t count);
  void calm_down();
  void watch_unfinished();
  void dispatch_ready();
  bool may_dispatch() const;
  void dispatch(StreamId id, Http2Stream& stream);
  void refuse(StreamId id, const Refusal& refusal);
  void answer(StreamId id, Response response);
  void drop_body(Http2Stream& stream);
  void begin_sending(StreamId id);
  std::size_t pull_waiting(std::span<char> out);
  bool wants_output() const;
  Timestamp stream_deadline(StreamId id, const Http2Stream& stream) const;

  SessionContext context_;
  Moment now_;                                          // of the call that is under way
  Timestamp idle_deadline_;                             // counts while there are no streams
  Timestamp unfinished_deadline_ = Timestamp::never();  // of a frame or head
  std::uint64_t begun_ = 0;                             // the scanner's count when that was set
  Timestamp last_body_;                                 // when some response's body went on
  bool inside_ = false;  // receive() or pull(): what comes of it needs no wake
  bool leaving_ = false;
  bool input_ended_ = false;
  bool too_many_chores_ = false;
  std::size_t bodies_held_ = 0;
  std::size_t answers_held_ = 0;
  TokenBucket chores_;
  Http2FrameScanner scanner_;
  std::deque<StreamId> ready_;      // for their handlers
  std::vector<StreamId> answered_;  // in the order of their answers
  std::string output_;              // of the engine's, what did not fit
  std::size_t output_sent_ = 0;
  std::map<StreamId, Http2Stream> streams_;
  Http2Engine engine_;  // calls the above; dies first
};

// --- What comes in

void Http2Session::Impl::receive(std::string_view bytes, Moment now) {
  now_ = now;
  inside_ = true;
  do_chores(scanner_.scan(bytes));
  if (scanner_.violated()) engine_.terminate(Http2Error::kProtocol);
  if (!too_many_chores_) engine_.receive(bytes);
  calm_down();
  dispatch_ready();
  inside_ = false;
  watch_unfinished();
}

/// A frame or head that drips has its time from when it began.
void Http2Session::Impl::watch_unfinished() {
  const bool another = std::exchange(begun_, scanner_.begun()) != scanner_.begun();
  if (!scanner_.unfinished()) {
    unfinished_deadline_ = Timestamp::never();
  } else if (another || unfinished_deadline_.is_never()) {
    unfinished_deadline_ = now_.now + TimeDelta::seconds(context_.limits.header_seconds);
  }
}

void Http2Session::Impl::do_chores(std::size_t count) {
  for (; count > 0 && !too_many_chores_; --count) too_many_chores_ = !chores_.take(now_.now);
}

/// Not from within the engine's calls.
void Http2Session::Impl::calm_down() {
  if (too_many_chores_) engine_.terminate(Http2Error::kEnhanceYourCalm);
}

Http2Stream* Http2Session::Impl::find(StreamId id) {
  const auto found = streams_.find(id);
  return found == streams_.end() ? nullptr : &found->second;
}

void Http2Session::Impl::begin_stream(StreamId id) {
  if (leaving_) {
    engine_.reset(id, Http2Error::kRefusedStream);
    return;
  }
  streams_[id].progress = now_.now;
}

void Http2Session::Impl::add_field(StreamId id, std::string_view name, std::string_view value) {
  if (Http2Stream* stream = find(id)) stream->head.add(name, value);
}

void Http2Session::Impl::end_head(StreamId id, bool more) {
  Http2Stream* const stream = find(id);
  if (stream == nullptr || stream->state != State::kHead) return;
  Http2Head head = std::move(stream->head);
  stream->head = Http2Head();
  stream->head_only = head.is_head();
  stream->progress = now_.now;
  auto request = head.finish();
  if (!request) return refuse(id, request.error());
  if (head.is_connect()) {
    return answer(id, method_not_allowed(server_options().headers.get("allow")));
  }
  stream->request = std::move(*request);
  stream->request.peer = context_.peer;
  stream->request.tls = context_.tls;
  context_.proxies.apply(stream->request);
  const auto allowance = admit_body(context_.handler, stream->request, head.content_length());
  if (!allowance) return refuse(id, allowance.error());
  stream->allowance = *allowance;
  stream->state = State::kBody;
  if (more && head.expects_continue()) engine_.inform(id, 100);
}

void Http2Session::Impl::add_data(StreamId id, std::string_view bytes) {
  Http2Stream* const stream = find(id);
  if (stream == nullptr || stream->state != State::kBody) return;
  stream->progress = now_.now;
  stream->body_size += bytes.size();
  if (stream->body_size > stream->allowance.limit) return refuse(id, kBodyTooLarge);
  if (!stream->allowance.keep) return;
  if (bodies_held_ + bytes.size() > kMaxBodiesHeld) return refuse(id, kTooMuchAtOnce);
  bodies_held_ += bytes.size();
  stream->request.body.append(bytes);
}

void Http2Session::Impl::end_request(StreamId id) {
  Http2Stream* const stream = find(id);
  if (stream == nullptr) return;
  stream->request_complete = true;
  if (stream->state != State::kBody) return;
  stream->state = State::kReady;
  ready_.push_back(id);
}

void Http2Session::Impl::end_stream(StreamId id) {
  const auto found = streams_.find(id);
  if (found == streams_.end()) return;
  drop_body(found->second);
  answers_held_ -= found->second.answer_held;
  streams_.erase(found);
  if (streams_.empty()) {
    idle_deadline_ = now_.now + TimeDelta::seconds(context_.limits.idle_seconds);
  }
}

void Http2Session::Impl::drop_body(Http2Stream& stream) {
  bodies_held_ -= stream.request.body.size();
  std::string().swap(stream.request.body);
}

// --- Handlers and their answers

/// Outside of the engine, so that a handler may answer at once; and after all that came together,
/// so that none works for a request that was cancelled in the same breath.
void Http2Session::Impl::dispatch_ready() {
  while (may_dispatch()) {
    const StreamId id = ready_.front();
    ready_.pop_front();
    Http2Stream* const stream = find(id);
    if (stream != nullptr && stream->state == State::kReady) dispatch(id, *stream);
  }
}

bool Http2Session::Impl::may_dispatch() const {
  return !ready_.empty() && answers_held_ < kMaxAnswersHeld;
}

void Http2Session::Impl::dispatch(StreamId id, Http2Stream& stream) {
  stream.state = State::kHandling;
  if (stream.request.path == "*") return answer(id, server_options());
  stream.slot = std::make_shared<Http2ReplySlot>();
  stream.slot->answer = [this, id](Response response) { answer(id, std::move(response)); };
  context_.handler.handle(stream.request, now_, [slot = stream.slot](Response response) {
    const auto answer = std::exchange(slot->answer, nullptr);
    if (answer) answer(std::move(response));
  });
  drop_body(stream);
}

void Http2Session::Impl::refuse(StreamId id, const Refusal& refusal) {
  answer(id, refusal_response(refusal));
}

void Http2Session::Impl::answer(StreamId id, Response response) {
  Http2Stream* const stream = find(id);
  if (stream == nullptr) return;
  // The handler may still be reading its request: a body it has is dropped behind it.
  if (stream->state != State::kHandling) drop_body(*stream);
  stream->state = State::kAnswered;
  for (const BodyPart& part : response.body) {
    if (std::holds_alternative<std::string>(part)) stream->answer_held += part_length(part);
  }
  answers_held_ += stream->answer_held;
  stream->response = std::move(response);
  answered_.push_back(id);
  if (!inside_) context_.wake();
}

void Http2Session::Impl::begin_sending(StreamId id) {
  Http2Stream* const stream = find(id);
  if (stream == nullptr || !stream->response) return;
  Response response = std::move(*stream->response);
  stream->response.reset();
  stream->request = Request();
  stream->state = State::kSending;
  stream->progress = now_.now;
  const auto fields = http2_fields(response, now_.wall);
  const bool has_body =
      !stream->head_only && !status_has_no_body(response.status) && response.body_length() > 0;
  if (has_body) stream->body.emplace(std::move(response.body));
  engine_.respond(id, response.status, fields, has_body);
}

// --- What goes out

std::size_t Http2Session::Impl::pull(std::span<char> out, Moment now) {
  now_ = now;
  inside_ = true;
  std::size_t filled = pull_waiting(out);
  while (filled < out.size()) {
    dispatch_ready();
    for (const StreamId id : std::exchange(answered_, {})) begin_sending(id);
    const std::string_view frames = engine_.next_output();
    const std::size_t length = std::min(frames.size(), out.size() - filled);
    std::copy_n(frames.begin(), length, out.begin() + static_cast<std::ptrdiff_t>(filled));
    filled += length;
    output_ = frames.substr(length);
    calm_down();
    if (length == 0 && !may_dispatch()) break;
  }
  inside_ = false;
  return filled;
}

std::size_t Http2Session::Impl::pull_waiting(std::span<char> out) {
  const std::size_t length = std::min(out.size(), output_.size() - output_sent_);
  std::copy_n(output_.begin() + static_cast<std::ptrdiff_t>(output_sent_), length, out.begin());
  output_sent_ += length;
  if (output_sent_ == output_.size()) {
    std::string().swap(output_);
    output_sent_ = 0;
  }
  return length;
}

std::optional<std::size_t> Http2Session::Impl::read_body(StreamId id, std::span<char> out) {
  Http2Stream* const stream = find(id);
  if (stream == nullptr || !stream->body) return std::nullopt;
  stream->progress = now_.now;
  last_body_ = now_.now;
  return stream->body->read(out);
}

bool Http2Session::Impl::body_is_read(StreamId id) const {
  const auto found = streams_.find(id);
  return found != streams_.end() && found->second.body && found->second.body->remaining() == 0;
}

/// RFC 9113 8.1: who answers before the request is complete lets go of the rest.
void Http2Session::Impl::end_response(StreamId id) {
  const Http2Stream* const stream = find(id);
  if (stream != nullptr && !stream->request_complete) engine_.reset(id, Http2Error::kNone);
}

// --- The connection

bool Http2Session::Impl::wants_output() const {
  return !output_.empty() || !answered_.empty() || engine_.wants_output();
}

bool Http2Session::Impl::wants_input() const {
  return !input_ended_ && engine_.wants_input() && engine_.queued_frames() < kMaxQueuedFrames;
}

bool Http2Session::Impl::finished() const {
  if (wants_output()) return false;
  if (!engine_.wants_input()) return true;
  // Without a client that says more, only a handler can still move anything.
  return input_ended_ && std::none_of(streams_.begin(), streams_.end(), [](const auto& entry) {
           return entry.second.state == State::kHandling;
         });
}

/// Requests whose end is still to come will never be complete.
void Http2Session::Impl::receive_end(Moment now) {
  now_ = now;
  input_ended_ = true;
  leave(now);
  for (const auto& [id, stream] : streams_) {
    if (!stream.request_complete) engine_.reset(id, Http2Error::kCancel);
  }
}

void Http2Session::Impl::leave(Moment now) {
  now_ = now;
  if (std::exchange(leaving_, true)) return;
  engine_.go_away();
}

Timestamp Http2Session::Impl::stream_deadline(StreamId id, const Http2Stream& stream) const {
  if (stream.given_up) return Timestamp::never();
  if (stream.state == State::kBody) return stream.progress + kProgressTime;
  if (stream.state != State::kSending) return Timestamp::never();
  if (engine_.is_blocked(id)) return stream.progress + kProgressTime;
  // Others may have had all that the client granted meanwhile.
  if (engine_.is_blocked()) return std::max(stream.progress, last_body_) + kProgressTime;
  return Timestamp::never();
}

Timestamp Http2Session::Impl::deadline() const {
  if (finished()) return Timestamp::never();
  Timestamp earliest = unfinished_deadline_;
  if (streams_.empty()) earliest = std::min(earliest, idle_deadline_);
  for (const auto& [id, stream] : streams_) {
    earliest = std::min(earliest, stream_deadline(id, stream));
  }
  return earliest;
}

void Http2Session::Impl::on_time(Moment now) {
  now_ = now;
  if (unfinished_deadline_ <= now.now) {
    unfinished_deadline_ = Timestamp::never();
    engine_.terminate(Http2Error::kEnhanceYourCalm);
    return;
  }
  if (streams_.empty() && idle_deadline_ <= now.now) {
    idle_deadline_ = Timestamp::never();
    engine_.terminate(Http2Error::kNone);
    return;
  }
  for (auto& [id, stream] : streams_) {
    if (stream_deadline(id, stream) > now.now) continue;
    stream.given_up = true;
    engine_.reset(id, Http2Error::kCancel);
  }
}

// --- The public class

Http2Session::Http2Session(SessionContext context, Moment now)
    : impl_(std::make_unique<Impl>(std::move(context), now)) {}
Http2Session::~Http2Session() = default;

void Http2Session::receive(std::string_view bytes, Moment now) { impl_->receive(bytes, now); }
void Http2Session::receive_end(Moment now) { impl_->receive_end(now); }
std::size_t Http2Session::pull(std::span<char> out, Moment now) { return impl_->pull(out, now); }
bool Http2Session::wants_input() const { return impl_->wants_input(); }
bool Http2Session::finished() const { return impl_->finished(); }
Timestamp Http2Session::deadline() const { return impl_->deadline(); }
void Http2Session::on_time(Moment now) { impl_->on_time(now); }
void Http2Session::leave(Moment now) { impl_->leave(now); }

}  // namespace halcyon::signald
