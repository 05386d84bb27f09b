#pragma once

#include <tl/expected.hpp>

namespace halcyon {

/// A value or the reason why there is none. Errors are values everywhere; exceptions never cross
/// module borders.
template <class T, class E>
using Result = tl::expected<T, E>;

using tl::make_unexpected;
using tl::unexpected;

}  // namespace halcyon
