#include "mediad/track/layer_selector.h"

#include <doctest/doctest.h>

#include <vector>

using namespace halcyon;
using namespace halcyon::mediad;

namespace {

Timestamp at(std::int64_t ms) { return Timestamp::from_ms(10'000 + ms); }

LayerInfo frame(std::uint8_t spatial, std::uint8_t temporal, bool keyframe = false,
                bool sync = false) {
  LayerInfo info;
  info.spatial = spatial;
  info.temporal = temporal;
  info.keyframe = keyframe;
  info.starts_frame = true;
  info.ends_frame = true;
  info.temporal_switch = sync || keyframe;
  return info;
}

constexpr std::size_t kSize = 1000;

/// Plays pictures with three temporal layers (0, 2, 1, 2), 30 a second, until `until`.
class TemporalSource {
 public:
  explicit TemporalSource(LayerSelector& selector) : selector_(selector) {}
  void play(std::int64_t until_ms, bool sync = true) {
    static constexpr std::uint8_t kPattern[] = {0, 2, 1, 2};
    for (; ms_ < until_ms; ms_ += 33) {
      const std::uint8_t layer = kPattern[picture_++ % 4];
      selector_.handle_packet(frame(0, layer, picture_ == 1, sync && layer > 0), kSize, at(ms_));
    }
  }

 private:
  LayerSelector& selector_;
  std::int64_t ms_ = 0;
  int picture_ = 0;
};

}  // namespace

TEST_CASE("a receiver gets all layers as they appear") {
  LayerSelector selector(at(0));
  selector.handle_packet(frame(0, 0, true), kSize, at(0));
  CHECK(selector.current().temporal == 0);
  const LayerInfo top = frame(0, 2);
  CHECK(selector.handle_packet(top, kSize, at(33)).includes(top));
  CHECK(selector.current().temporal == 2);
  CHECK(selector.highest_temporal() == 2);
}

TEST_CASE("too high a rate takes the temporal layers one by one") {
  LayerSelector selector(at(0));
  TemporalSource source(selector);
  source.play(2000);
  REQUIRE(selector.current().temporal == 2);
  selector.handle_rate(160'000, 100'000, at(2000));
  CHECK(selector.current().temporal == 2);  // until the next picture
  source.play(2100);
  CHECK(selector.current().temporal == 1);
  selector.handle_rate(160'000, 100'000, at(2500));
  source.play(2600);
  CHECK(selector.current().temporal == 1);  // the rate is still that of before
  selector.handle_rate(160'000, 100'000, at(3600));
  source.play(3700);
  CHECK(selector.current().temporal == 0);
  selector.handle_rate(160'000, 100'000, at(6000));
  source.play(6100);
  CHECK(selector.current().temporal == 0);
}

TEST_CASE("between seven eighths and three halves nothing changes") {
  LayerSelector selector(at(0));
  TemporalSource source(selector);
  source.play(2000);
  for (int s = 2; s < 30; ++s) {
    selector.handle_rate(s % 2 == 0 ? 88'000 : 150'000, 100'000, at(s * 1000));
    source.play(s * 1000 + 900);
    CHECK(selector.current().temporal == 2);
  }
}

TEST_CASE("a temporal layer comes back only where it depends on the layers below") {
  LayerSelector selector(at(0));
  TemporalSource source(selector);
  source.play(2000);
  selector.handle_rate(1'000'000, 100'000, at(2000));
  source.play(4000);
  REQUIRE(selector.current().temporal == 1);
  selector.handle_rate(100'000, 10'000'000, at(6000));
  source.play(8000, false);
  CHECK(selector.current().temporal == 1);
  source.play(8200, true);
  CHECK(selector.current().temporal == 2);
}

TEST_CASE("a switch mark on a lower layer does not lower the choice") {
  LayerSelector selector(at(0));
  TemporalSource source(selector);
  source.play(2000);
  selector.handle_rate(1'000'000, 100'000, at(2000));
  source.play(2100);
  selector.handle_rate(100'000, 10'000'000, at(6000));
  REQUIRE(selector.current().temporal == 1);
  selector.handle_packet(frame(0, 0, false, true), kSize, at(6010));
  CHECK(selector.current().temporal == 1);
}

TEST_CASE("a step up that fails is tried again later and later") {
  LayerSelector selector(at(0));
  TemporalSource source(selector);
  source.play(2000);
  // Half of the top layer's rate: with it too much, without it far too little.
  std::int64_t last_up = 0;
  std::vector<std::int64_t> waits;
  std::uint8_t before = selector.current().temporal;
  std::int64_t down_at = 0;
  for (std::int64_t ms = 2000; ms < 300'000; ms += 1000) {
    const std::uint64_t bitrate = selector.current().temporal == 2 ? 240'000 : 80'000;
    selector.handle_rate(bitrate, 159'000, at(ms));
    source.play(ms + 500);
    const std::uint8_t now = selector.current().temporal;
    if (now < before) down_at = ms;
    if (now > before) {
      waits.push_back(ms - down_at);
      last_up = ms;
    }
    before = now;
  }
  CHECK(last_up > 0);
  REQUIRE(waits.size() >= 4);
  for (std::size_t i = 1; i < waits.size(); ++i) CHECK(waits[i] >= waits[i - 1]);
  CHECK(waits.back() >= 60'000);
  CHECK(waits.size() < 12);
}

TEST_CASE("layers known to be too large are tried only after ten seconds") {
  LayerSelector selector(at(0));
  TemporalSource source(selector);
  source.play(3000);  // 240 kbit/s in all
  selector.handle_rate(240'000, 100'000, at(3000));
  source.play(3100);
  REQUIRE(selector.current().temporal == 1);
  for (std::int64_t ms = 5000; ms < 13'000; ms += 1000) {
    selector.handle_rate(80'000, 100'000, at(ms));
    source.play(ms + 500);
    CHECK(selector.current().temporal == 1);
  }
  selector.handle_rate(80'000, 100'000, at(13'000));
  source.play(13'500);
  CHECK(selector.current().temporal == 2);
}

TEST_CASE("spatial layers are known from the structure in a keyframe") {
  LayerSelector selector(at(0));
  LayerInfo key = frame(0, 0, true);
  key.spatial_layer_count = 3;
  selector.handle_packet(key, kSize, at(0));
  CHECK(selector.current().spatial == 2);
  CHECK(selector.highest_spatial() == 2);
  CHECK_FALSE(selector.current().cuts_spatial);
  key.spatial_layer_count = 1;
  selector.handle_packet(key, kSize, at(100));
  CHECK(selector.current().spatial == 0);
  CHECK(selector.highest_spatial() == 0);
}

TEST_CASE("spatial layers go down at the next picture and up at a keyframe") {
  LayerSelector selector(at(0));
  LayerInfo key = frame(0, 0, true);
  key.spatial_layer_count = 2;
  selector.handle_packet(key, kSize, at(0));
  selector.handle_packet(frame(1, 0), kSize, at(0));
  selector.handle_rate(1'000'000, 100'000, at(2000));
  CHECK_FALSE(selector.wants_keyframe());
  selector.handle_packet(frame(1, 0), kSize, at(2001));
  CHECK(selector.current().spatial == 1);  // not in the middle of a picture
  selector.handle_packet(frame(0, 0), kSize, at(2002));
  CHECK(selector.current().spatial == 0);
  CHECK(selector.current().cuts_spatial);
  CHECK_FALSE(selector.current().includes(frame(1, 0)));

  selector.handle_rate(10'000, 10'000'000, at(6000));
  CHECK(selector.wants_keyframe());
  selector.handle_packet(frame(0, 0), kSize, at(6001));
  CHECK(selector.current().spatial == 0);
  selector.handle_packet(key, kSize, at(6002));
  CHECK(selector.current().spatial == 1);
  CHECK_FALSE(selector.wants_keyframe());
}

TEST_CASE("when lower layers were left out even a step down needs a keyframe") {
  LayerSelector selector(at(0));
  LayerInfo key = frame(0, 0, true);
  key.spatial_layer_count = 2;
  selector.handle_packet(key, kSize, at(0));
  LayerInfo unneeded = frame(0, 0);
  unneeded.unneeded_above = true;
  CHECK_FALSE(selector.handle_packet(unneeded, kSize, at(10)).includes(unneeded));
  selector.set_lowest_spatial(true);
  CHECK(selector.wants_keyframe());
  selector.handle_packet(unneeded, kSize, at(20));
  CHECK(selector.current().spatial == 1);
  selector.handle_packet(key, kSize, at(30));
  CHECK(selector.current().spatial == 0);
  CHECK(selector.handle_packet(unneeded, kSize, at(40)).includes(unneeded));
}

TEST_CASE("the lowest spatial layer is held whatever the rate and released by it") {
  LayerSelector selector(at(0));
  selector.set_lowest_spatial(true);
  LayerInfo key = frame(0, 0, true);
  key.spatial_layer_count = 2;
  selector.handle_packet(key, kSize, at(0));
  CHECK(selector.current().spatial == 0);
  for (int s = 2; s < 100; s += 2) selector.handle_rate(1000, 10'000'000, at(s * 1000));
  CHECK_FALSE(selector.wants_keyframe());
  selector.set_lowest_spatial(false);
  CHECK_FALSE(selector.wants_keyframe());
  selector.handle_rate(1000, 10'000'000, at(100'000));
  CHECK(selector.wants_keyframe());
  selector.handle_packet(key, kSize, at(100'001));
  CHECK(selector.current().spatial == 1);
}
