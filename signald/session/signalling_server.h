#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "common/random/random.h"
#include "common/units/moment.h"
#include "signald/auth/password_verifier.h"
#include "signald/auth/token_store.h"
#include "signald/config/global_config.h"
#include "signald/config/rtc_configuration.h"
#include "signald/groups/group_directory.h"
#include "signald/session/client_message.h"
#include "signald/session/client_session.h"
#include "signald/session/deadline_set.h"
#include "signald/session/group_recorder.h"
#include "signald/session/login.h"
#include "signald/session/login_throttle.h"
#include "signald/session/outside_publishers.h"
#include "signald/session/signalling_counters.h"
#include "signald/session/stream_directory.h"
#include "signald/session/token_login.h"
#include "signald/stream/media_plane.h"
#include "signald/ws/signalling_endpoint.h"

namespace halcyon::signald {

/// What the signalling protocol needs of others; all borrowed, all must outlive the server.
struct SignallingParts {
  ConnectionSink& sink;
  MediaPlane& media;
  GroupDirectory& groups;
  PasswordVerifier& passwords;
  TokenStore& tokens;
  GlobalConfigSource& config;
  RtcConfigurationSource& rtc;
  RandomSource& random;
  GroupRecorder* recorder = nullptr;  // none: this server does not record
};

/// The signalling protocol: messages of clients in, messages to clients out. Without sockets and
/// clocks: the caller feeds connections' events, and calls handle_timeout() when next_deadline()
/// has come; it must look at next_deadline() again after every call into the server, the groups or
/// the media plane.
class SignallingServer final : public SignallingEndpoint,
                               private GroupListener,
                               private MemberMessenger {
 public:
  /// Becomes the listener of the group directory and of the media plane.
  explicit SignallingServer(const SignallingParts& parts);
  ~SignallingServer() override;

  void opened(ConnectionId id, const SocketAddress& peer, Moment now) override;
  void message(ConnectionId id, std::string_view json, Moment now) override;
  void closed(ConnectionId id, Moment now) override;

  Timestamp next_deadline() const;
  void handle_timeout(Moment now);

  /// Borrowed; null when there are none. Must be set before such a member joins.
  void set_outside_publishers(OutsidePublishers* publishers) { publishers_ = publishers; }
  /// A command of a member who has no connection here.
  Result<void, GroupError> submit(const std::string& group, const GroupCommand& command,
                                  Moment now);

  /// Locks all groups and shows everybody out.
  void shutdown(Moment now);

  std::size_t session_count() const { return sessions_.size(); }
  const StreamDirectory& streams() const { return streams_; }
  const SignallingCounters& counters() const { return counters_; }

 private:
  using Members = std::map<std::string, ConnectionId, std::less<>>;

  // Connections (signalling_server.cpp)
  ClientSession* find(ConnectionId id);
  ClientSession* find_member(std::string_view group, std::string_view member);
  void reschedule(const ClientSession& session);
  void session_due(ClientSession& session);
  void process(ClientSession& session, std::string_view json);
  void process_waiting(ConnectionId id);
  bool within_rate(ClientSession& session);
  bool is_spoofed(const ClientSession& session, const ClientMessage& message) const;
  void send(const ClientSession& session, std::string json);
  void send_error(const ClientSession& session, std::string_view text);
  void send_group_error(const ClientSession& session, const GroupError& error);
  /// The session leaves its group, gets a last message (may be empty) and is closed.
  void end(ClientSession& session, std::string farewell, std::uint16_t code,
           std::string_view reason);
  void end_with_error(ClientSession& session, std::uint16_t code, const std::string& text);

  // Notices (notice_delivery.cpp)
  void deliver(const GroupState& state, const Notice& notice) override;
  void send_to_member(std::string_view group, std::string_view member, std::string json) override;
  void ask_for_offer(const std::string& group, const std::string& publisher,
                     const std::string& stream) override;
  void send_to_audience(const GroupState& state, const Audience& audience, const std::string& json);
  void deliver_content(const GroupState& state, const Audience& audience,
                       const StandingNotice& notice);
  void deliver_content(const GroupState& state, const Audience& audience,
                       const HistoryNotice& notice);
  void deliver_content(const GroupState& state, const Audience& audience, const UserNotice& notice);
  void deliver_content(const GroupState& state, const Audience& audience, const TalkNotice& notice);
  void deliver_content(const GroupState& state, const Audience& audience,
                       const ChatClearedNotice& notice);
  void deliver_content(const GroupState& state, const Audience& audience,
                       const UserInfoNotice& notice);
  void deliver_content(const GroupState& state, const Audience& audience,
                       const WarningNotice& notice);
  void deliver_content(const GroupState& state, const Audience& audience,
                       const KickedNotice& notice);
  void deliver_content(const GroupState& state, const Audience& audience,
                       const StreamOfferedNotice& notice);
  void deliver_content(const GroupState& state, const Audience& audience,
                       const StreamEndedNotice& notice);
  void deliver_content(const GroupState& state, const Audience& audience,
                       const StreamForbiddenNotice& notice);
  bool can_change_password();

  // Joining and leaving (joining.cpp)
  struct PendingJoin;
  void handle(ClientSession& session, JoinMessage message);
  void handle(ClientSession& session, const LeaveMessage& message);
  void login_done(const PendingJoin& pending, Result<Identity, LoginError> result);
  void enter(ClientSession& session, const PendingJoin& pending, Identity identity);
  void refuse_login(ClientSession& session, const std::string& group, LoginError error);
  void refuse_after_delay(ClientSession& session, const std::string& group,
                          const std::string& text);
  void refuse_access(ClientSession& session, const std::string& group, AccessError error);
  void refuse_entry(ClientSession& session, const std::string& group, const GroupError& error);
  void send_fail(const ClientSession& session, const std::string& group, const std::string& text);
  std::string fail_text(const ClientSession& session, const std::string& group,
                        const std::string& error, const std::string& text) const;
  void leave(ClientSession& session, bool asked_to);
  void forget_member(const std::string& group, const std::string& member);

  // Everything else that clients send (client_messages.cpp)
  void handle(ClientSession& session, const HandshakeMessage& message);
  void handle(ClientSession& session, const PingMessage& message);
  void handle(ClientSession& session, const PongMessage& message);
  void handle(ClientSession& session, const RequestMessage& message);
  void handle(ClientSession& session, const RequestStreamMessage& message);
  void handle(ClientSession& session, const OfferMessage& message);
  void handle(ClientSession& session, const AnswerMessage& message);
  void handle(ClientSession& session, const CloseMessage& message);
  void handle(ClientSession& session, const AbortMessage& message);
  void handle(ClientSession& session, const RenegotiateMessage& message);
  void handle(ClientSession& session, const IceMessage& message);
  void handle(ClientSession& session, TalkMessage message);
  void handle(ClientSession& session, const UserActionMessage& message);
  void handle(ClientSession& session, const GroupActionMessage& message);
  void publish(ClientSession& session, const OfferMessage& message, const GroupState& group);
  void renegotiate_up(ClientSession& session, const OfferMessage& message,
                      const OfferedStream& stream);
  /// Refuses it, unless all it lacks is a media worker: then it waits for one.
  void offer_failed(ClientSession& session, const OfferMessage& message, const StreamError& error);
  void retry_offers(ClientSession& session);
  void refuse_offer(ClientSession& session, const OfferMessage& message, const std::string& text);
  void list_subgroups(ClientSession& session);
  void start_recording(ClientSession& session);
  void stop_recording(ClientSession& session);
  /// The group, if the member may record it; otherwise null, and the member is told.
  const GroupState* group_to_record(ClientSession& session);
  void handle_token_action(ClientSession& session, const GroupActionMessage& message);
  /// Answers with an error when the group refuses.
  void submit(ClientSession& session, const GroupCommand& command);

  SignallingParts parts_;
  Moment now_;  // of the call under way
  std::map<ConnectionId, ClientSession> sessions_;
  std::map<std::string, Members, std::less<>> members_;  // by group; those connected here
  OutsidePublishers* publishers_ = nullptr;
  StreamDirectory streams_;
  DeadlineSet<ConnectionId> deadlines_;
  LoginThrottle throttle_;
  SignallingCounters counters_;
  std::string decoy_seed_;  // see password_login()
  Timestamp next_maintenance_;
};

}  // namespace halcyon::signald
