#pragma once

#include <algorithm>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "common/random/random.h"
#include "mediad/dtls/dtls_session.h"

namespace halcyon::mediad::dtls_test {

using Bytes = std::vector<std::uint8_t>;

inline std::shared_ptr<const DtlsCertificate> certificate(std::uint64_t seed) {
  SeededRandom random(seed);
  return DtlsCertificate::generate(random, WallTime{1'700'000'000'000'000}).value();
}

inline Timestamp at_ms(std::int64_t ms) { return Timestamp::from_ms(ms); }

/// What one session has said so far.
struct Seen {
  std::optional<SrtpKeys> keys;
  std::optional<std::string> failure;
  bool closed = false;
  std::vector<Bytes> datagrams;
};

inline void drain(DtlsSession& session, Seen& seen) {
  while (std::optional<DtlsSession::Output> output = session.poll_output()) {
    if (auto* datagram = std::get_if<DtlsSession::Datagram>(&*output)) {
      seen.datagrams.push_back(std::move(datagram->bytes));
    } else if (auto* connected = std::get_if<DtlsSession::Connected>(&*output)) {
      seen.keys = connected->keys;
    } else if (auto* failed = std::get_if<DtlsSession::Failed>(&*output)) {
      seen.failure = failed->reason;
    } else {
      seen.closed = true;
    }
  }
}

/// Cuts the one ClientHello record of a datagram into records with fragments of at most `size`
/// bytes.
inline std::vector<Bytes> fragment_client_hello(const Bytes& datagram, std::size_t size) {
  std::vector<Bytes> records;
  const std::size_t length = datagram.size() - 25;
  for (std::size_t offset = 0; offset < length; offset += size) {
    const std::size_t part = std::min(size, length - offset);
    Bytes record(datagram.begin(), datagram.begin() + 25);
    record[11] = static_cast<std::uint8_t>((part + 12) >> 8);
    record[12] = static_cast<std::uint8_t>(part + 12);
    record[20] = static_cast<std::uint8_t>(offset >> 8);
    record[21] = static_cast<std::uint8_t>(offset);
    record[23] = static_cast<std::uint8_t>(part >> 8);
    record[24] = static_cast<std::uint8_t>(part);
    const auto from = datagram.begin() + 25 + static_cast<std::ptrdiff_t>(offset);
    record.insert(record.end(), from, from + static_cast<std::ptrdiff_t>(part));
    records.push_back(std::move(record));
  }
  return records;
}

struct Faults {
  double loss = 0;
  double duplication = 0;
  double reordering = 0;  // share of datagrams that take up to 300 ms longer
  std::uint64_t seed = 1;
  /// Cut ClientHellos into fragments of this size, 0 for none.
  std::size_t client_hello_fragment = 0;
};

/// A client and a server joined by a network of 20 ms with faults, in virtual time.
class Pair {
 public:
  explicit Pair(Faults faults = {})
      : faults_(faults),
        dice_(faults.seed),
        random_(faults.seed),
        client_certificate_(certificate(11)),
        server_certificate_(certificate(12)),
        client_(client_certificate_, DtlsRole::kClient, {server_certificate_->fingerprint()},
                random_, at_ms(0)),
        server_(server_certificate_, DtlsRole::kServer, {client_certificate_->fingerprint()},
                random_, at_ms(0)) {}

  /// Until both have keys or have failed, or the time is over.
  void run(std::int64_t until_ms) {
    collect();
    while (!(settled(client_seen) && settled(server_seen))) {
      Timestamp next = std::min(client_.next_deadline(), server_.next_deadline());
      for (const Flying& f : flying_) next = std::min(next, f.arrival);
      if (next.is_never() || next > at_ms(until_ms)) return;
      now_ = std::max(now_, next);
      deliver();
      if (client_.next_deadline() <= now_) client_.handle_timeout(now_);
      if (server_.next_deadline() <= now_) server_.handle_timeout(now_);
      collect();
    }
  }

  Timestamp now() const { return now_; }
  DtlsSession& client() { return client_; }
  DtlsSession& server() { return server_; }

  Seen client_seen;
  Seen server_seen;

 private:
  struct Flying {
    Timestamp arrival;
    bool to_server;
    Bytes bytes;
  };

  static bool settled(const Seen& seen) { return seen.keys || seen.failure; }
  double roll() { return std::uniform_real_distribution<double>(0, 1)(dice_); }

  void send(bool to_server, const Bytes& bytes) {
    const int copies = roll() < faults_.duplication ? 2 : 1;
    for (int i = 0; i < copies; ++i) {
      if (roll() < faults_.loss) continue;
      Timestamp arrival = now_ + TimeDelta::millis(20);
      if (roll() < faults_.reordering) {
        arrival = arrival + TimeDelta::millis(static_cast<std::int64_t>(roll() * 300));
      }
      flying_.push_back({arrival, to_server, bytes});
    }
  }

  void collect() {
    drain(client_, client_seen);
    drain(server_, server_seen);
    for (const Bytes& bytes : std::exchange(client_seen.datagrams, {})) {
      const bool is_client_hello = bytes[0] == 22 && bytes[4] == 0 && bytes[13] == 1;
      if (is_client_hello && faults_.client_hello_fragment > 0) {
        for (const Bytes& part : fragment_client_hello(bytes, faults_.client_hello_fragment)) {
          send(true, part);
        }
      } else {
        send(true, bytes);
      }
    }
    for (const Bytes& bytes : std::exchange(server_seen.datagrams, {})) send(false, bytes);
  }

  void deliver() {
    std::vector<Flying> later;
    for (Flying& f : std::exchange(flying_, {})) {
      if (f.arrival > now_) {
        later.push_back(std::move(f));
      } else {
        (f.to_server ? server_ : client_).handle_datagram(f.bytes, now_);
      }
    }
    flying_.insert(flying_.end(), later.begin(), later.end());
  }

  Faults faults_;
  std::mt19937_64 dice_;
  SeededRandom random_;
  std::shared_ptr<const DtlsCertificate> client_certificate_;
  std::shared_ptr<const DtlsCertificate> server_certificate_;
  DtlsSession client_;
  DtlsSession server_;
  Timestamp now_;
  std::vector<Flying> flying_;
};

}  // namespace halcyon::mediad::dtls_test
