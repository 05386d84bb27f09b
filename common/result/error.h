#pragma once

#include <string>
#include <utility>

#include "common/result/result.h"

namespace halcyon {

/// An error meant for a person: what failed, where, and what to do about it, on one line.
struct Error {
  std::string message;
};

template <class T>
using ResultOr = Result<T, Error>;

inline tl::unexpected<Error> fail(std::string message) {
  return tl::unexpected<Error>(Error{std::move(message)});
}

}  // namespace halcyon
