#pragma once

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

namespace halcyon::signald {

/// Compares text with tests/unit/signald/stream/golden/<name>.sdp. With HALCYON_WRITE_GOLDEN set
/// the file is written instead, and the test fails, so that nobody mistakes that for a pass.
inline void check_golden(const std::string& name, const std::string& text) {
  const std::string path = std::string(HALCYON_GOLDEN) + "/" + name + ".sdp";
  if (std::getenv("HALCYON_WRITE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << text;
    FAIL_CHECK("wrote " << path);
    return;
  }
  std::ifstream file(path, std::ios::binary);
  REQUIRE_MESSAGE(file.good(), path);
  const std::string expected{std::istreambuf_iterator<char>(file), {}};
  CHECK_MESSAGE(text == expected, name);
}

}  // namespace halcyon::signald
