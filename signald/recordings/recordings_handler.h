#pragma once

#include <map>
#include <string>

#include "signald/config/global_config.h"
#include "signald/http/file_root.h"
#include "signald/http/handler.h"
#include "signald/recordings/recording_files.h"
#include "signald/recordings/recordings_access.h"
#include "signald/recordings/recordings_url.h"

namespace halcyon::signald {

/// A refused password is answered after this, so that guessing is slow.
inline constexpr TimeDelta kRecordingsRefusalDelay = TimeDelta::millis(200);
/// So many answers are held back at a time; further ones come at once.
inline constexpr std::size_t kMaxHeldBack = 1000;
/// A file that changed within this time may be growing: caches must ask again.
inline constexpr TimeDelta kGrowingFile = TimeDelta::seconds(60);
/// For the form that deletes: a file's name, every byte of it percent-encoded, and more.
inline constexpr std::size_t kMaxDeleteForm = 16u << 10;

/// /recordings and all below it (http.md 9): a group's list, its files, and the form that deletes
/// them. Asks for the password before it says whether something exists. Keeps deadlines: see
/// next_deadline().
class RecordingsHandler final : public Handler {
 public:
  /// All borrowed; must outlive this.
  struct Parts {
    std::string directory;
    const GroupFiles& groups;
    PasswordVerifier& passwords;
    GlobalConfigSource& config;
    const FileRoot& static_root;  // for 404.html
  };
  explicit RecordingsHandler(Parts parts);

  std::size_t body_limit(const Request& head) const override;
  void handle(const Request& request, Moment now, Reply reply) override;

  /// When handle_timeout() is to be called; may change with every call into this or the verifier.
  Timestamp next_deadline() const;
  void handle_timeout(Timestamp now);

 private:
  void decided(const Request& request, const RecordingsUrl& url, RecordingsVerdict verdict,
               Moment now, const Reply& reply);
  Response answer(const Request& request, const RecordingsUrl& url, Moment now) const;
  Response list(const Request& request, const RecordingsUrl& url) const;
  Response remove(const Request& request, const RecordingsUrl& url) const;
  Response file(const Request& request, const RecordingsUrl& url, Moment now) const;
  Response open_error(OpenError error) const;
  bool is_group(const RecordingsUrl& url) const;

  struct HeldBack {
    Reply reply;
    Response response;
  };

  GlobalConfigSource& config_;
  const GroupFiles& groups_;
  const FileRoot& static_root_;
  RecordingFiles files_;
  RecordingsAccess access_;
  std::multimap<Timestamp, HeldBack> held_back_;
};

}  // namespace halcyon::signald
