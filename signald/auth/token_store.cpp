#include "signald/auth/token_store.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "signald/json/json_reader.h"
#include "signald/json/json_writer.h"

namespace halcyon::signald {

namespace {

using Done = Result<void, TokenError>;

tl::unexpected<TokenError> storage_error(std::string text) {
  return tl::unexpected<TokenError>(TokenError{TokenError::Kind::kStorage, std::move(text)});
}

tl::unexpected<TokenError> unknown_token() {
  return tl::unexpected<TokenError>(
      TokenError{TokenError::Kind::kUnknown, "there is no such token"});
}

tl::unexpected<TokenError> tag_mismatch() {
  return tl::unexpected<TokenError>(TokenError{TokenError::Kind::kTagMismatch, "tag mismatch"});
}

std::string line_of(const StatefulToken& token) {
  return write_json(write_stateful_token(token)) + "\n";
}

}  // namespace

Done TokenStore::refresh() {
  const auto stamp = storage_.stamp();
  if (!stamp) {
    return storage_error(stamp.error().message);
  }
  if (loaded_ && *stamp == stamp_) {
    return {};
  }
  if (broken_ && *stamp == stamp_) {
    return storage_error(*broken_);
  }
  loaded_ = false;
  broken_.reset();
  const auto text = storage_.read();
  if (!text) {
    return storage_error(text.error().message);
  }
  stamp_ = *stamp;
  if (auto read = read_all(*text); !read) {
    broken_ = storage_.name() + ": " + read.error().text;
    spdlog::error("{} (no token is valid until this is mended)", *broken_);
    return storage_error(*broken_);
  }
  loaded_ = true;
  return {};
}

Done TokenStore::read_all(const std::string& text) {
  const JsonStream stream = parse_json_stream(text);
  needs_rewrite_ = !text.empty() && text.back() != '\n';
  if (stream.error) {
    // A line without an end at the end is one that a crash kept from being written: nobody was told
    // of it.
    if (!needs_rewrite_ || stream.rest.find('\n') != std::string::npos) {
      return storage_error("token " + std::to_string(stream.values.size() + 1) + ": " +
                           stream.error->message);
    }
    spdlog::warn("{}: the last line is incomplete and left out", storage_.name());
  }
  Tokens tokens;
  for (const JsonValue& value : stream.values) {
    auto token = read_stateful_token(value);
    if (!token) {
      return storage_error("token " + std::to_string(tokens.size() + 1) + ": " +
                           token.error().message);
    }
    std::string key = token->token;
    tokens[std::move(key)] = std::move(*token);
  }
  tokens_ = std::move(tokens);
  return {};
}

Done TokenStore::append(const StatefulToken& token) {
  const std::string line = line_of(token);
  const std::uint64_t size_before = stamp_ ? stamp_->size : 0;
  if (auto written = storage_.append(line); !written) {
    loaded_ = false;
    return storage_error(written.error().message);
  }
  tokens_[token.token] = token;
  // What had to be done is done; when the file is not as expected, somebody else has written to it
  // in the same moment, and it is read again.
  const auto stamp = storage_.stamp();
  loaded_ = stamp && *stamp && (*stamp)->size == size_before + line.size();
  if (loaded_) {
    stamp_ = *stamp;
  }
  return {};
}

Done TokenStore::rewrite(Tokens tokens) {
  std::vector<StatefulToken> sorted;
  for (const auto& [key, token] : tokens) {
    sorted.push_back(token);
  }
  sort_tokens(sorted);
  std::string text;
  for (const StatefulToken& token : sorted) {
    text += line_of(token);
  }
  if (auto written = storage_.replace(text); !written) {
    return storage_error(written.error().message);
  }
  tokens_ = std::move(tokens);
  needs_rewrite_ = false;
  const auto stamp = storage_.stamp();
  loaded_ = stamp && (*stamp ? (*stamp)->size : 0) == text.size();
  if (loaded_) {
    stamp_ = *stamp;
  }
  return {};
}

Result<StatefulToken, TokenError> TokenStore::find(const std::string& token) {
  if (auto ready = refresh(); !ready) {
    return tl::unexpected<TokenError>(ready.error());
  }
  const auto it = tokens_.find(token);
  if (it == tokens_.end()) {
    return unknown_token();
  }
  return it->second;
}

Result<std::vector<StatefulToken>, TokenError> TokenStore::list(std::string_view group) {
  if (auto ready = refresh(); !ready) {
    return tl::unexpected<TokenError>(ready.error());
  }
  std::vector<StatefulToken> out;
  for (const auto& [key, token] : tokens_) {
    if (token.group == group) {
      out.push_back(token);
    }
  }
  sort_tokens(out);
  return out;
}

Result<std::size_t, TokenError> TokenStore::count(std::string_view group) {
  if (auto ready = refresh(); !ready) {
    return tl::unexpected<TokenError>(ready.error());
  }
  const auto of_group = [&](const auto& entry) { return entry.second.group == group; };
  return static_cast<std::size_t>(std::count_if(tokens_.begin(), tokens_.end(), of_group));
}

Done TokenStore::add(const StatefulToken& token) {
  if (auto ready = refresh(); !ready) {
    return ready;
  }
  if (tokens_.contains(token.token)) {
    return tag_mismatch();
  }
  if (needs_rewrite_) {
    Tokens tokens = tokens_;
    tokens[token.token] = token;
    return rewrite(std::move(tokens));
  }
  return append(token);
}

Done TokenStore::replace(const StatefulToken& token) {
  if (auto ready = refresh(); !ready) {
    return ready;
  }
  if (!tokens_.contains(token.token)) {
    return unknown_token();
  }
  Tokens tokens = tokens_;
  tokens[token.token] = token;
  return rewrite(std::move(tokens));
}

Result<std::string, TokenError> TokenStore::etag() {
  if (auto ready = refresh(); !ready) {
    return tl::unexpected<TokenError>(ready.error());
  }
  if (!stamp_) {
    return std::string();
  }
  return "\"" + std::to_string(stamp_->size) + "-" + std::to_string(stamp_->mtime_ns) + "\"";
}

Done TokenStore::put(const StatefulToken& token, std::string_view etag) {
  const auto current = this->etag();
  if (!current) {
    return tl::unexpected<TokenError>(current.error());
  }
  if (!tokens_.contains(token.token)) {
    return etag.empty() ? add(token) : Done(tag_mismatch());
  }
  return etag.empty() || etag != *current ? Done(tag_mismatch()) : replace(token);
}

Done TokenStore::erase(const std::string& token, std::string_view etag) {
  const auto current = this->etag();
  if (!current) {
    return tl::unexpected<TokenError>(current.error());
  }
  if (!tokens_.contains(token)) {
    return unknown_token();
  }
  if (etag != *current) {
    return tag_mismatch();
  }
  Tokens tokens = tokens_;
  tokens.erase(token);
  return rewrite(std::move(tokens));
}

void TokenStore::collect_garbage(WallTime now) {
  if (!refresh()) {
    return;  // logged there
  }
  Tokens tokens = tokens_;
  std::erase_if(tokens, [&](const auto& entry) {
    const auto& expires = entry.second.expires;
    return expires && *expires + kKeepExpired < now;
  });
  if (tokens.size() == tokens_.size() && !needs_rewrite_) {
    return;
  }
  if (auto done = rewrite(std::move(tokens)); !done) {
    spdlog::error("the tokens cannot be tidied: {}", done.error().text);
  }
}

}  // namespace halcyon::signald
