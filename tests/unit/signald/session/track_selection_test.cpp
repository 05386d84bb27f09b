#include "signald/session/track_selection.h"

#include <doctest/doctest.h>

#include <string>

#include "signald/json/json_reader.h"

using namespace halcyon;
using namespace halcyon::signald;

namespace {

const UpTrackInfo kAudio{TrackId(1), MediaKind::kAudio, ""};
const UpTrackInfo kAudio2{TrackId(2), MediaKind::kAudio, ""};
const UpTrackInfo kHigh{TrackId(3), MediaKind::kVideo, "h"};
const UpTrackInfo kMiddle{TrackId(4), MediaKind::kVideo, "m"};
const UpTrackInfo kLow{TrackId(5), MediaKind::kVideo, "l"};

std::string selected(std::string_view request, const std::vector<UpTrackInfo>& tracks) {
  const auto wanted = read_wanted_tracks(*parse_json(request));
  REQUIRE(wanted);
  const TrackSelection selection = select_tracks(*wanted, tracks);
  std::string out;
  for (const TrackId track : selection.tracks) {
    out += std::to_string(track.value());
  }
  return out + (selection.lowest_spatial_layer ? "-" : "");
}

std::optional<StreamRequest> request(std::string_view json) {
  return read_stream_request(*parse_json(json));
}

}  // namespace

TEST_CASE("at most one audio and one video track are selected") {
  const std::vector<UpTrackInfo> all{kAudio, kAudio2, kHigh, kMiddle, kLow};
  CHECK(selected(R"(["audio","video"])", all) == "13");
  CHECK(selected(R"(["video","audio"])", all) == "13");
  CHECK(selected(R"(["audio","video-low"])", all) == "15");
  CHECK(selected(R"(["video-low","video"])", all) == "3");
  CHECK(selected(R"(["audio"])", all) == "1");
  CHECK(selected(R"(["smell","video"])", all) == "3");
  CHECK(selected("[]", all).empty());
  CHECK(selected("null", all).empty());
}

TEST_CASE("without a second encoding the low one is a layer of the first") {
  CHECK(selected(R"(["video-low"])", {kAudio, kHigh}) == "3-");
  CHECK(selected(R"(["video"])", {kAudio, kHigh}) == "3");
  CHECK(selected(R"(["video-low"])", {kAudio}).empty());
  CHECK(selected(R"(["audio","video-low"])", {kAudio}) == "1");
  CHECK(selected(R"(["audio"])", {kHigh}).empty());
}

TEST_CASE("a stream's label decides which entry of a request applies") {
  const auto wishes = request(R"({"screenshare":["audio","video"],"":["audio"],"camera":[]})");
  REQUIRE(wishes);
  CHECK(wanted_for(*wishes, "screenshare") == WantedTracks{true, true, false});
  CHECK(wanted_for(*wishes, "camera") == WantedTracks{});
  CHECK(wanted_for(*wishes, "other") == WantedTracks{true, false, false});
  CHECK(wanted_for(*wishes, "") == WantedTracks{true, false, false});
  CHECK(wanted_for(*request(R"({"camera":["video"]})"), "other") == WantedTracks{});
  CHECK(wanted_for(*request(R"({"camera":null,"":["audio"]})"), "camera") == WantedTracks{});
  CHECK(request("null")->empty());
}

TEST_CASE("malformed requests are refused") {
  for (const std::string bad :
       {"[]", "\"audio\"", "1", R"({"":"audio"})", R"({"":[1]})", R"({"":{}})", R"({"":[null]})"}) {
    CAPTURE(bad);
    CHECK_FALSE(request(bad));
  }
  JsonObject labels;
  for (std::size_t i = 0; i <= kMaxRequestLabels; ++i) {
    labels.add(std::to_string(i), JsonArray());
  }
  CHECK_FALSE(read_stream_request(labels));
}
