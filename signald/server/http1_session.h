#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "signald/server/body_reader.h"
#include "signald/server/http1_parser.h"
#include "signald/server/session.h"
#include "signald/ws/upgrade_check.h"

namespace halcyon::signald {

/// One HTTP/1.0 or 1.1 connection, server side (RFC 9112). Pipelined requests wait for their turn.
class Http1Session final : public Session {
 public:
  /// `upgrades` must outlive this.
  Http1Session(SessionContext context, const UpgradeRules& upgrades, Moment now);
  ~Http1Session() override;

  void receive(std::string_view bytes, Moment now) override;
  void receive_end(Moment now) override;
  std::size_t pull(std::span<char> out, Moment now) override;
  bool wants_input() const override;
  bool finished() const override { return state_ == State::kFinished; }
  Timestamp deadline() const override { return deadline_; }
  void on_time(Moment now) override;
  void leave(Moment now) override;

  /// A request at /ws that is granted, and what the client sent behind it. The session is of no use
  /// any more; nothing has been answered.
  struct Upgrade {
    Request request;
    std::string early;
  };
  std::optional<Upgrade> take_upgrade();

 private:
  enum class State {
    kIdle,      // before the first byte of a request
    kHead,      // in the middle of one
    kBody,      // its head is in request_
    kHandling,  // the handler has it
    kSending,   // its answer is on the way
    kUpgraded,
    kFinished,
  };
  struct ReplySlot;

  bool reading() const;
  void read_on(Moment now);
  bool read_head(Moment now);
  bool read_body(Moment now);
  void accept_head(Moment now);
  bool accept_upgrade();
  void dispatch(Moment now);
  void refuse(const Refusal& refusal);
  void answer(Response response);
  std::string response_head(const Response& response, std::uint64_t length, Moment now) const;
  void begin_sending(Moment now);
  void finish_exchange(Moment now);

  SessionContext context_;
  const UpgradeRules& upgrades_;
  State state_ = State::kIdle;
  Timestamp deadline_;
  std::string input_;  // not parsed yet
  bool input_ended_ = false;
  bool answered_one_ = false;  // a request, since the last one began
  // --- Of the request that is under way
  std::unique_ptr<Http1Parser> parser_;
  Request request_;
  BodyAllowance allowance_;
  std::size_t body_size_ = 0;
  bool head_only_ = false;
  bool http10_ = false;
  bool close_after_ = false;
  std::shared_ptr<ReplySlot> slot_;
  std::optional<Response> response_;  // to be sent, not begun
  std::string output_;                // of a head, or interim
  std::size_t output_sent_ = 0;
  std::optional<BodyReader> body_;
};

}  // namespace halcyon::signald
