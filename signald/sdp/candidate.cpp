#include "signald/sdp/candidate.h"

#include <algorithm>

#include "signald/sdp/tokens.h"

namespace halcyon::signald::sdp {
namespace {

constexpr std::string_view kPrefix = "candidate:";
constexpr std::size_t kMaxFoundation = 32;
constexpr std::uint32_t kMaxComponent = 256;
// What the grammar demands: foundation, component, transport, priority, address, port, "typ", type.
constexpr std::size_t kFixedTokens = 8;

bool is_ice_text(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/';
  });
}

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c != 0x7f; });
}

}  // namespace

std::optional<Candidate> parse_candidate(std::string_view text) {
  if (text.size() > kMaxCandidateSize) return std::nullopt;
  if (text.starts_with(kPrefix)) text.remove_prefix(kPrefix.size());
  const std::vector<std::string_view> tokens = split(text, ' ');
  if (tokens.size() < kFixedTokens || tokens.size() % 2 != 0 || tokens[6] != "typ") {
    return std::nullopt;
  }
  if (!std::all_of(tokens.begin(), tokens.end(), is_printable)) return std::nullopt;
  const auto component = number<std::uint32_t>(tokens[1]);
  const auto priority = number<std::uint32_t>(tokens[3]);
  const auto port = number<std::uint16_t>(tokens[5]);
  if (!component || *component == 0 || *component > kMaxComponent || !priority || !port) {
    return std::nullopt;
  }
  if (tokens[0].size() > kMaxFoundation || !is_ice_text(tokens[0])) return std::nullopt;

  Candidate candidate;
  candidate.foundation = tokens[0];
  candidate.component = *component;
  candidate.transport = tokens[2];
  candidate.priority = *priority;
  candidate.address = tokens[4];
  candidate.port = *port;
  candidate.type = tokens[7];
  for (std::size_t i = kFixedTokens; i < tokens.size(); i += 2) {
    candidate.extensions.emplace_back(tokens[i], tokens[i + 1]);
  }
  return candidate;
}

std::string write_candidate(const Candidate& candidate) {
  std::string text(kPrefix);
  text += candidate.foundation + " " + std::to_string(candidate.component) + " " +
          candidate.transport + " " + std::to_string(candidate.priority) + " " + candidate.address +
          " " + std::to_string(candidate.port) + " typ " + candidate.type;
  for (const auto& [name, value] : candidate.extensions) text += " " + name + " " + value;
  return text;
}

}  // namespace halcyon::signald::sdp
