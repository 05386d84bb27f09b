#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace halcyon {

/// A number that cannot be mistaken for another kind of number.
template <class Tag, class Rep = std::uint64_t>
class StrongId {
 public:
  constexpr StrongId() = default;
  explicit constexpr StrongId(Rep value) : value_(value) {}
  constexpr Rep value() const { return value_; }
  constexpr auto operator<=>(const StrongId&) const = default;

 private:
  Rep value_{};
};

}  // namespace halcyon

template <class Tag, class Rep>
struct std::hash<halcyon::StrongId<Tag, Rep>> {
  std::size_t operator()(const halcyon::StrongId<Tag, Rep>& id) const noexcept {
    return std::hash<Rep>{}(id.value());
  }
};
