#pragma once

#include <algorithm>
#include <deque>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "galenectl/commands.h"

namespace halcyon::galenectl {

/// Answers requests from a list and keeps what was asked.
class ScriptedTransport final : public HttpTransport {
 public:
  void answer(int status, std::string line, std::string body = "",
              std::map<std::string, std::string> headers = {}) {
    answers.push_back({status, std::move(line), std::move(body), std::move(headers)});
  }
  void configure(const TransportSettings& given) override { settings = given; }
  ResultOr<HttpResponse> send(const HttpRequest& request) override {
    requests.push_back(request);
    if (answers.empty()) return fail("connection refused");
    HttpResponse response = answers.front();
    answers.pop_front();
    return response;
  }
  bool sent_header(std::size_t request, const std::string& line) const {
    const auto& headers = requests.at(request).headers;
    return std::ranges::find(headers, line) != headers.end();
  }
  std::deque<HttpResponse> answers;
  std::vector<HttpRequest> requests;
  TransportSettings settings;
};

struct Tool {
  int run(std::vector<std::string> words) {
    out.str("");
    err.str("");
    Environment environment{
        .out = out,
        .err = err,
        .transport = transport,
        .random = random,
        .now = WallTime{1'700'000'000'000'000},
        .utc_offset_seconds = 0,
        .ask_password = [this](const std::string& prompt) -> ResultOr<std::string> {
          asked = prompt;
          return typed;
        },
        .read_standard_input = [this] { return input; },
        .read_file = [this](const std::string& path) -> ResultOr<std::string> {
          return files.contains(path) ? files[path] : std::string();
        },
        .create_file = [this](const std::string& path, const std::string& text,
                              bool) -> ResultOr<void> {
          if (files.contains(path)) return fail("File exists");
          files[path] = text;
          return {};
        },
        .remove_file = [this](const std::string& path) { files.erase(path); },
        .default_config_path = "/home/c/galenectl.json",
        .has_onlooker = has_onlooker,
        .show_progress = [this](std::size_t done,
                                std::size_t total) { progress.emplace_back(done, total); }};
    return run_tool(environment, std::move(words));
  }
  ScriptedTransport transport;
  SeededRandom random{7};
  std::ostringstream out, err;
  std::map<std::string, std::string> files;
  std::string input, typed = "secret", asked;
  bool has_onlooker = false;
  std::vector<std::pair<std::size_t, std::size_t>> progress;
};

}  // namespace halcyon::galenectl
