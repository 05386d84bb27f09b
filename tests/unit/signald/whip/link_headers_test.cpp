#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "signald/whip/link_headers.h"

using namespace halcyon;
using namespace halcyon::signald;

namespace {

std::vector<std::string> links(const std::vector<IceServer>& servers) {
  Headers headers;
  add_ice_server_links(headers, servers);
  std::vector<std::string> out;
  for (const auto& [name, value] : headers.fields()) {
    CHECK(name == "link");
    out.push_back(value);
  }
  return out;
}

}  // namespace

TEST_CASE("each URL gets a link, in order; TURN servers come with their credentials") {
  const IceServer stun{{"stun:a.org", "STUN:b.org:1"}, "", JsonValue(), "password"};
  const IceServer turn{
      {"turn:c.org?transport=tcp", "turns:d.org"}, "u\"", JsonValue("p\\"), "password"};
  CHECK(links({stun, turn}) ==
        std::vector<std::string>{
            "<stun:a.org>; rel=\"ice-server\"", "<STUN:b.org:1>; rel=\"ice-server\"",
            "<turn:c.org?transport=tcp>; rel=\"ice-server\"; username=\"u\\\"\"; "
            "credential=\"p\\\\\"; credential-type=\"password\"",
            "<turns:d.org>; rel=\"ice-server\"; username=\"u\\\"\"; credential=\"p\\\\\"; "
            "credential-type=\"password\""});
}

TEST_CASE("what WHIP has no form for is left out: stuns, and credentials that are no text") {
  CHECK(links({{{"stuns:a.org"}, "", JsonValue(), "password"},
               {{"turn:b.org", "stun:c.org"}, "u", JsonValue(), "password"},
               {{"turn:d.org"}, "u", JsonValue(JsonObject()), "oauth"}}) ==
        std::vector<std::string>{"<stun:c.org>; rel=\"ice-server\""});
}
