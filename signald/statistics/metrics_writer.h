#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace halcyon::signald {

/// Writes Prometheus' text format, version 0.0.4. The caller keeps the samples of one metric
/// together and gives names that the format allows.
class MetricsWriter {
 public:
  using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  /// Begins a metric: its name and what it means, in one sentence. A counter's name ends in
  /// "_total".
  void counter(std::string_view name, std::string_view help) { family(name, "counter", help); }
  void gauge(std::string_view name, std::string_view help) { family(name, "gauge", help); }
  /// A sample of the metric that was begun last.
  void sample(Labels labels, double value);
  void sample(double value) { sample({}, value); }

  static constexpr std::string_view kContentType = "text/plain; version=0.0.4; charset=utf-8";
  const std::string& text() const { return text_; }

 private:
  void family(std::string_view name, std::string_view type, std::string_view help);

  std::string name_;
  std::string text_;
};

}  // namespace halcyon::signald
