#pragma once

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "signald/sdp/sdp_parser.h"

namespace halcyon::signald::sdp {

/// A description from tests/unit/signald/sdp/data, by name without ending.
inline std::string recorded(const std::string& name) {
  std::ifstream file(HALCYON_SDP_DATA "/" + name + ".sdp", std::ios::binary);
  REQUIRE_MESSAGE(file.good(), name);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline SessionDescription parsed(const std::string& name) {
  auto description = parse_session_description(recorded(name));
  REQUIRE_MESSAGE(description.has_value(), name);
  return *description;
}

inline std::vector<std::string> all_recorded() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(HALCYON_SDP_DATA)) {
    if (entry.path().extension() == ".sdp") names.push_back(entry.path().stem());
  }
  return names;
}

}  // namespace halcyon::signald::sdp
