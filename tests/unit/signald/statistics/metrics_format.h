#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace halcyon::signald {

/// What a strict reader of Prometheus' text format, version 0.0.4, makes of a text.
struct ReadMetrics {
  std::map<std::string, std::string> types;  // by name
  std::map<std::string, double> samples;     // by name and labels as written
  std::vector<std::string> faults;           // what a scraper or promtool would object to
};

ReadMetrics read_metrics(std::string_view text);

}  // namespace halcyon::signald
