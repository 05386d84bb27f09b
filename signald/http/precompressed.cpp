#include "signald/http/precompressed.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "signald/http/origin.h"

namespace halcyon::signald {
namespace {

struct Coding {
  std::string_view name;
  std::string_view suffix;
};
// Best first.
constexpr std::array kCodings = {Coding{"br", ".br"}, Coding{"gzip", ".gz"}};

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// A weight of "0", "0.0", … means "not this one".
bool is_refused(std::string_view parameters) {
  const auto q = parameters.find("q=");
  if (q == std::string_view::npos) return false;
  const std::string_view weight = trim(parameters.substr(q + 2));
  return !weight.empty() && weight.find_first_not_of("0.") == std::string_view::npos;
}

std::optional<OpenedFile> open_copy(const FileRoot& root, std::string_view path,
                                    const Coding& coding, const OpenedFile& original) {
  auto copy = root.open_file(std::string(path).append(coding.suffix));
  if (!copy || copy->is_directory || copy->facts.mtime_ns < original.facts.mtime_ns) {
    return std::nullopt;
  }
  return std::move(*copy);
}

}  // namespace

bool accepts_encoding(std::string_view field, std::string_view coding) {
  std::optional<bool> any;
  while (!field.empty()) {
    std::string_view element = field.substr(0, field.find(','));
    field.remove_prefix(std::min(field.size(), element.size() + 1));
    const auto semicolon = element.find(';');
    const std::string_view name = trim(element.substr(0, semicolon));
    const bool refused =
        semicolon != std::string_view::npos && is_refused(element.substr(semicolon + 1));
    if (equal_ignoring_case(name, coding)) return !refused;
    if (name == "*") any = !refused;
  }
  return any.value_or(false);
}

Result<FileVariant, OpenError> open_variant(const FileRoot& root, std::string_view path,
                                            const Headers& request) {
  auto original = root.open_file(path);
  if (!original) return make_unexpected(original.error());
  FileVariant variant{std::move(*original), "", false};
  if (variant.file.is_directory) return variant;
  const bool whole = !request.has("range");
  const std::string_view accepted = request.get("accept-encoding");
  for (const Coding& coding : kCodings) {
    auto copy = open_copy(root, path, coding, variant.file);
    if (!copy) continue;
    variant.varies = true;
    if (whole && accepts_encoding(accepted, coding.name)) {
      variant.encoding = coding.name;
      variant.file = std::move(*copy);
      break;
    }
  }
  return variant;
}

void add_variant_headers(Headers& answer, const FileVariant& variant) {
  if (variant.varies) answer.add("vary", "Accept-Encoding");
  if (!variant.encoding.empty()) answer.add("content-encoding", variant.encoding);
}

}  // namespace halcyon::signald
