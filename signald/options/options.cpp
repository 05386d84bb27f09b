#include "signald/options/options.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>

#include "common/net/socket_address.h"
#include "signald/options/go_flags.h"

namespace halcyon::signald {
namespace {

/// Puts a flag's value into the options, or says why it cannot.
using Setter = std::function<std::optional<Error>(Options&, const std::string&)>;

struct Flag {
  FlagSpec spec;
  std::string_view argument;  // how the usage text calls the value
  std::string_view help;
  Setter set;
};

Setter text_into(std::string Options::*member) {
  return [member](Options& options, const std::string& value) -> std::optional<Error> {
    options.*member = value;
    return std::nullopt;
  };
}

Setter flag_into(bool Options::*member) {
  return [member](Options& options, const std::string& value) -> std::optional<Error> {
    options.*member = value == "true";
    return std::nullopt;
  };
}

/// Flags of other servers' profilers, which unit files may carry.
Setter instead(std::string_view name, std::string_view advice) {
  return [name, advice](Options& options, const std::string&) -> std::optional<Error> {
    options.warnings.push_back("-" + std::string(name) +
                               " does nothing here: " + std::string(advice));
    return std::nullopt;
  };
}

std::optional<Error> set_http(Options& options, const std::string& value) {
  auto address = parse_listen_address(value);
  if (!address) return address.error();
  options.http = std::move(*address);
  return std::nullopt;
}

std::optional<Error> set_udp_range(Options& options, const std::string& value) {
  options.udp_range.reset();
  if (value.empty()) return std::nullopt;
  const auto range = parse_udp_range(value);
  if (!range) return range.error();
  options.udp_range = *range;
  return std::nullopt;
}

std::optional<Error> set_turn(Options& options, const std::string& value) {
  auto mode = parse_turn_mode(value);
  if (!mode) return mode.error();
  options.turn = std::move(*mode);
  return std::nullopt;
}

std::optional<Error> set_metrics_addresses(Options& options, const std::string& value) {
  auto ranges = parse_address_ranges(value);
  if (!ranges) return ranges.error();
  options.metrics.addresses = std::move(*ranges);
  return std::nullopt;
}

std::optional<Error> set_place(Options& options, const std::string& value) {
  if (value != "auto" && value != "spread") {
    return Error{"\"" + value + "\" is neither \"auto\" nor \"spread\""};
  }
  options.place = value == "auto" ? PlacementMode::kNear : PlacementMode::kSpread;
  return std::nullopt;
}

std::optional<Error> add_announced(Options& options, const std::string& value) {
  if (!SocketAddress::parse(value, 0)) return Error{"\"" + value + "\" is no IP address"};
  options.announce.push_back(value);
  return std::nullopt;
}

std::optional<Error> add_trusted_proxies(Options& options, const std::string& value) {
  options.trusted_proxy_list += (options.trusted_proxy_list.empty() ? "" : ",") + value;
  auto proxies = TrustedProxies::parse(options.trusted_proxy_list);
  if (!proxies) return proxies.error();
  options.trusted_proxies = std::move(*proxies);
  return std::nullopt;
}

template <class T>
Setter limit_into(T ConnectionLimits::*member) {
  return [member](Options& options, const std::string& value) -> std::optional<Error> {
    // Whatever is counted or timed here, a million is as good as none.
    constexpr T kMost = 1'000'000;
    T number = 0;
    const char* end = value.data() + value.size();
    const auto parsed = std::from_chars(value.data(), end, number);
    if (parsed.ec != std::errc() || parsed.ptr != end || number < 1 || number > kMost) {
      return Error{"\"" + value + "\" is no number from 1 to " + std::to_string(kMost)};
    }
    options.limits.*member = number;
    return std::nullopt;
  };
}

std::optional<Error> set_log_level(Options& options, const std::string& value) {
  static constexpr std::array<std::pair<std::string_view, LogLevel>, 4> kLevels = {{
      {"error", LogLevel::kError},
      {"warning", LogLevel::kWarning},
      {"info", LogLevel::kInfo},
      {"debug", LogLevel::kDebug},
  }};
  for (const auto& [name, level] : kLevels) {
    if (name != value) continue;
    options.log_level = level;
    options.log_level_name = value;
    return std::nullopt;
  }
  return Error{"\"" + value + "\" is none of error, warning, info, debug"};
}

const std::vector<Flag>& flags() {
  constexpr auto kBoolean = FlagSpec::Kind::kBoolean;
  constexpr std::string_view kCpu = "run \"perf record -g -p PID\" on signald or mediad";
  constexpr std::string_view kHeap = "run signald under \"heaptrack\"";
  static constexpr std::string_view kNames =
      "clients with .local candidates are found by their checks; see -announce for our own address";
  constexpr std::string_view kLocks = "there are no locks; see \"perf trace\"";
  static const std::vector<Flag> kFlags = {
      {{"http"},
       "ADDRESS",
       "listen on :PORT, HOST:PORT or a Unix socket /PATH (default :8443)",
       set_http},
      {{"static"},
       "DIR",
       "the web client's files (default ./static/, else the installed ones)",
       [](Options& options, const std::string& value) -> std::optional<Error> {
         options.static_directory = value;
         return std::nullopt;
       }},
      {{"insecure", kBoolean}, "", "plain HTTP instead of HTTPS", flag_into(&Options::insecure)},
      {{"data"},
       "DIR",
       "configuration, certificate and tokens (default ./data/)",
       text_into(&Options::data_directory)},
      {{"groups"},
       "DIR",
       "group descriptions (default ./groups/)",
       text_into(&Options::groups_directory)},
      {{"recordings"},
       "DIR",
       "recordings (default ./recordings/)",
       text_into(&Options::recordings_directory)},
      {{"udp-range"},
       "PORT|MIN-MAX",
       "UDP ports for media (default: the system's choice)",
       set_udp_range},
      {{"mdns", kBoolean},
       "",
       "accepted and ignored: an ICE-lite server resolves no names",
       [](Options& options, const std::string& value) {
         return value == "true" ? instead("mdns", kNames)(options, value) : std::nullopt;
       }},
      {{"relay-only", kBoolean},
       "",
       "tell clients to send all media through TURN",
       flag_into(&Options::relay_only)},
      {{"turn"},
       "ADDRESS",
       "our own TURN server (coturn): auto, :PORT, IP:PORT, or empty for none (default auto: on "
       "port 1194, while there is no ice-servers.json)",
       set_turn},
      {{"metrics-allow"},
       "CIDR,...",
       "addresses that may read /metrics (default 127.0.0.0/8,::1)",
       set_metrics_addresses},
      {{"metrics-token-file"},
       "FILE",
       "whoever sends this token may read /metrics too",
       [](Options& options, const std::string& value) -> std::optional<Error> {
         options.metrics.token_file = value;
         return std::nullopt;
       }},
      // What it may be depends on -udp-range, wherever that stands: see parse_options().
      {{"workers"},
       "auto|N",
       "media workers to start (default auto: one per processor)",
       [](Options&, const std::string&) -> std::optional<Error> { return std::nullopt; }},
      {{"ipc"},
       "PATH",
       "socket for workers to connect to (default: a private one)",
       text_into(&Options::ipc)},
      {{"mediad"},
       "PATH",
       "the media worker program (default: beside this one)",
       text_into(&Options::mediad)},
      {{"place"},
       "auto|spread",
       "how streams are placed on workers (spread is for tests)",
       set_place},
      {{"announce"}, "IP", "public address to offer for media; may be repeated", add_announced},
      {{"trusted-proxy"},
       "CIDR[,CIDR]",
       "reverse proxies whose X-Forwarded-For, X-Forwarded-Proto and Forwarded count: addresses, "
       "ranges, or \"unix\" for a Unix socket; may be repeated",
       add_trusted_proxies},
      {{"max-connections"},
       "N",
       "connections at a time, WebSockets included (default 32768)",
       limit_into(&ConnectionLimits::connections)},
      {{"max-connections-per-address"},
       "N",
       "the same from one address, except loopback and trusted proxies (default 2048)",
       limit_into(&ConnectionLimits::connections_per_address)},
      {{"header-timeout"},
       "SECONDS",
       "for TLS handshake and request head (default 60)",
       limit_into(&ConnectionLimits::header_seconds)},
      {{"idle-timeout"},
       "SECONDS",
       "for a connection between two requests (default 120)",
       limit_into(&ConnectionLimits::idle_seconds)},
      {{"log-level"}, "LEVEL", "error, warning, info or debug (default info)", set_log_level},
      {{"cpuprofile"}, "FILE", "accepted and ignored", instead("cpuprofile", kCpu)},
      {{"memprofile"}, "FILE", "accepted and ignored", instead("memprofile", kHeap)},
      {{"mutexprofile"}, "FILE", "accepted and ignored", instead("mutexprofile", kLocks)},
  };
  return kFlags;
}

std::string usage() {
  std::string text = "Usage of signald:\n";
  for (const Flag& flag : flags()) {
    text.append("  -").append(flag.spec.name);
    if (!flag.argument.empty()) text.append(" ").append(flag.argument);
    text.append("\n        ").append(flag.help).append("\n");
  }
  return text + "  -version\n        print the version and exit\n";
}

EarlyExit refusal(const std::string& message) { return {2, message + "\n" + usage(), ""}; }

}  // namespace

Result<Options, EarlyExit> parse_options(const std::vector<std::string>& words, unsigned cores) {
  std::vector<FlagSpec> specs = {{"h", FlagSpec::Kind::kBoolean},
                                 {"help", FlagSpec::Kind::kBoolean},
                                 {"version", FlagSpec::Kind::kBoolean}};
  for (const Flag& flag : flags()) specs.push_back(flag.spec);
  const auto values = parse_go_flags(specs, words);
  if (!values) return make_unexpected(refusal(values.error().message));
  Options options;
  std::string workers = "auto";
  for (const auto& [name, value] : *values) {
    if (name == "h" || name == "help") return make_unexpected(EarlyExit{0, usage(), ""});
    if (name == "version") {
      return make_unexpected(EarlyExit{0, "", "Halcyon " HALCYON_VERSION "\n"});
    }
    const auto flag =
        std::find_if(flags().begin(), flags().end(),
                     [&, &flag_name = name](const Flag& f) { return f.spec.name == flag_name; });
    if (const auto error = flag->set(options, value)) {
      return make_unexpected(refusal("bad value for -" + name + ": " + error->message));
    }
    if (name == "workers") workers = value;
  }
  const auto count = parse_worker_count(workers, cores, options.udp_range);
  if (!count) return make_unexpected(refusal(count.error().message));
  options.workers = *count;
  return options;
}

}  // namespace halcyon::signald
