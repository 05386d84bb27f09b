#include "signald/turn/host_lookup.h"

#include <netdb.h>
#include <sys/socket.h>

#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

namespace halcyon::signald {
namespace {

ResultOr<SocketAddress> address_of(const std::string& host) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_DGRAM;
  addrinfo* list = nullptr;
  const int status = ::getaddrinfo(host.c_str(), nullptr, &hints, &list);
  if (status != 0) return fail(::gai_strerror(status));
  const SocketAddress address = SocketAddress::from_sockaddr(list->ai_addr);
  ::freeaddrinfo(list);
  return address;
}

}  // namespace

struct HostLookup::Question {
  std::mutex mutex;
  uv::Async* answered = nullptr;  // null: nobody wants to know any more
  std::optional<ResultOr<SocketAddress>> answer;
};

HostLookup::HostLookup(uv::Loop& loop, Done done)
    : done_(std::move(done)), answered_(loop, [this] {
        if (!question_) return;
        std::optional<ResultOr<SocketAddress>> answer;
        {
          const std::lock_guard lock(question_->mutex);
          answer = std::move(question_->answer);
        }
        if (!answer) return;
        question_.reset();
        done_(std::move(*answer));
      }) {}

HostLookup::~HostLookup() { forget(); }

void HostLookup::forget() {
  if (!question_) return;
  const std::lock_guard lock(question_->mutex);
  question_->answered = nullptr;
}

void HostLookup::start(const std::string& host) {
  forget();
  question_ = std::make_shared<Question>();
  question_->answered = &answered_;
  try {
    std::thread([question = question_, host] {
      auto answer = address_of(host);
      const std::lock_guard lock(question->mutex);
      question->answer = std::move(answer);
      if (question->answered != nullptr) question->answered->wake();
    }).detach();
  } catch (const std::system_error& error) {
    question_->answer = fail(error.what());
    answered_.wake();
  }
}

}  // namespace halcyon::signald
