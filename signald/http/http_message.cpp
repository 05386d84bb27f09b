#include "signald/http/http_message.h"

#include <unistd.h>

#include <algorithm>

namespace halcyon::signald {

void Headers::set(std::string_view name, std::string_view value) {
  remove(name);
  add(name, value);
}

void Headers::remove(std::string_view name) {
  std::erase_if(fields_, [&](const auto& field) { return field.first == name; });
}

std::string_view Headers::get(std::string_view name) const {
  const auto found = std::find_if(fields_.begin(), fields_.end(),
                                  [&](const auto& field) { return field.first == name; });
  return found == fields_.end() ? std::string_view() : std::string_view(found->second);
}

bool Headers::has(std::string_view name) const {
  return std::any_of(fields_.begin(), fields_.end(),
                     [&](const auto& field) { return field.first == name; });
}

FileHandle::~FileHandle() { ::close(fd_); }

std::uint64_t part_length(const BodyPart& part) {
  const auto* text = std::get_if<std::string>(&part);
  return text != nullptr ? text->size() : std::get<FilePart>(part).length;
}

std::uint64_t Response::body_length() const {
  std::uint64_t length = 0;
  for (const BodyPart& part : body) length += part_length(part);
  return length;
}

}  // namespace halcyon::signald
