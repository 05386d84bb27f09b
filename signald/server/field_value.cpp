#include "signald/server/field_value.h"

#include <algorithm>
#include <iterator>

namespace halcyon::signald {

std::string clean_field_value(std::string_view value) {
  std::string out;
  out.reserve(value.size());
  std::copy_if(value.begin(), value.end(), std::back_inserter(out),
               [](char c) { return static_cast<unsigned char>(c) >= ' ' && c != 0x7f; });
  return out;
}

}  // namespace halcyon::signald
