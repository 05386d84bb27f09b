#include "signald/server/body_reader.h"

#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

namespace halcyon::signald {

BodyReader::BodyReader(std::vector<BodyPart> parts) : parts_(std::move(parts)) {
  for (const BodyPart& part : parts_) remaining_ += part_length(part);
}

std::optional<std::size_t> BodyReader::read(std::span<char> out) {
  std::size_t filled = 0;
  while (filled < out.size() && remaining_ > 0) {
    const auto got = read_part(out.subspan(filled));
    if (!got) return std::nullopt;
    filled += *got;
  }
  return filled;
}

/// From the present part; 0 when that one is at its end and the next is up.
std::optional<std::size_t> BodyReader::read_part(std::span<char> out) {
  const BodyPart& part = parts_[part_];
  const auto wanted =
      static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), part_length(part) - offset_));
  if (wanted == 0) {
    ++part_;
    offset_ = 0;
    return 0;
  }
  std::size_t got = wanted;
  if (const auto* text = std::get_if<std::string>(&part)) {
    std::memcpy(out.data(), text->data() + offset_, wanted);
  } else {
    const FilePart& file = std::get<FilePart>(part);
    const ssize_t read =
        ::pread(file.file->fd(), out.data(), wanted, static_cast<off_t>(file.offset + offset_));
    if (read <= 0) return std::nullopt;
    got = static_cast<std::size_t>(read);
  }
  offset_ += got;
  remaining_ -= got;
  return got;
}

}  // namespace halcyon::signald
