#include "galenectl/commands.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "signald/auth/password.h"
#include "signald/json/json_reader.h"
#include "tests/unit/galenectl/tool.h"

using namespace halcyon;
using namespace halcyon::galenectl;

TEST_CASE("no command shows the usage and fails, -help shows it and succeeds") {
  Tool tool;
  CHECK(tool.run({}) == kUsage);
  CHECK(tool.err.str().find("list-groups") != std::string::npos);
  CHECK(tool.run({"-help"}) == 0);
  CHECK(tool.run({"create-user", "-help"}) == 0);
  CHECK(tool.err.str().find("-permissions") != std::string::npos);
  CHECK(tool.run({"frobnicate"}) == kUsage);
  CHECK(tool.run({"-frobnicate"}) == 2);
  CHECK(tool.run({"list-groups", "-frobnicate"}) == 2);
}

TEST_CASE("list-groups sorts, filters by pattern and prints JSON for scripts") {
  Tool tool;
  for (int i = 0; i < 3; ++i) tool.transport.answer(200, "200 OK", R"(["b","campus/x","a"])");
  CHECK(tool.run({"list-groups"}) == 0);
  CHECK(tool.out.str() == "a\nb\ncampus/x\n");
  CHECK(tool.run({"list-groups", "*/*"}) == 0);
  CHECK(tool.out.str() == "campus/x\n");
  CHECK(tool.run({"-json", "list-groups", "a", "b"}) == 0);
  CHECK(tool.out.str() == "[\"a\",\"b\"]\n");
}

TEST_CASE("-json stands before the command or behind one that prints, where it means the same") {
  Tool tool;
  tool.transport.answer(200, "200 OK", R"(["b","a"])");
  CHECK(tool.run({"list-groups", "--json"}) == 0);
  CHECK(tool.out.str() == "[\"a\",\"b\"]\n");
  tool.transport.answer(200, "200 OK", R"(["bob"])");
  tool.transport.answer(200, "200 OK", R"({"permissions":["op"]})");
  CHECK(tool.run({"list-users", "-group", "g", "-l", "-json"}) == 0);
  CHECK(tool.out.str() == R"([{"username":"bob","permissions":["op"]}])"
                          "\n");
  tool.transport.answer(200, "200 OK", R"({"public":true})");
  CHECK(tool.run({"show-group", "-group", "g", "-json"}) == 0);
  CHECK(tool.run({"delete-group", "-group", "g", "-json"}) == 2);
}

TEST_CASE("names beyond ASCII are aligned and matched by characters") {
  Tool tool;
  tool.transport.answer(200, "200 OK", R"(["émile"])");
  tool.transport.answer(200, "200 OK", R"({"permissions":"op"})");
  CHECK(tool.run({"list-users", "-group", "g", "-l", "?mile"}) == 0);
  CHECK(tool.out.str() == "émile        op\n");
}

TEST_CASE("show-group without a group complains with a date") {
  Tool tool;
  CHECK(tool.run({"show-group"}) == kUsage);
  CHECK(tool.err.str() == "2023/11/14 22:13:20 Option \"-group\" is required.\n");
}

TEST_CASE("an HTTP failure is one dated line with a label") {
  Tool tool;
  tool.transport.answer(412, "412 Precondition Failed");
  CHECK(tool.run({"create-group", "-group", "g"}) == kConflict);
  CHECK(tool.err.str() ==
        "2023/11/14 22:13:20 Create group: HTTP error: 412 Precondition Failed\n");
  CHECK(tool.transport.sent_header(0, "If-None-Match: *"));
  CHECK(tool.transport.sent_header(0, "Content-Type: application/json"));
}

TEST_CASE("a token wins over name and password, the command line over the file") {
  Tool tool;
  tool.files["/home/c/galenectl.json"] =
      R"({"server":"https://file","admin-username":"chief","admin-password":"p"})";
  tool.transport.answer(200, "200 OK", "null");
  CHECK(tool.run({"list-groups"}) == 0);
  CHECK(tool.transport.sent_header(0, "Authorization: Basic Y2hpZWY6cA=="));
  CHECK(tool.transport.requests[0].url == "https://file/galene-api/v0/.groups/");
  tool.transport.answer(200, "200 OK", "[]");
  CHECK(tool.run({"-server", "https://other", "-admin-token", "T", "list-groups"}) == 0);
  CHECK(tool.transport.sent_header(1, "Authorization: Bearer T"));
  CHECK(tool.transport.requests[1].url == "https://other/galene-api/v0/.groups/");
}

TEST_CASE("a broken configuration file stops everything") {
  Tool tool;
  tool.files["/home/c/galenectl.json"] = "{";
  CHECK(tool.run({"list-groups"}) == 1);
  CHECK(tool.err.str().find("Failed to read configuration file") != std::string::npos);
}

TEST_CASE("update-group merges the template, null deletes, and the tag guards the write") {
  Tool tool;
  tool.transport.answer(200, "200 OK", R"({"redirect":"x","public":true,"own":{"k":1}})",
                        {{"etag", "\"1-2\""}});
  tool.transport.answer(204, "204 No Content");
  tool.input = R"({"redirect":null,"max-clients":20})";
  CHECK(tool.run({"update-group", "-group", "g", "-json", "-auto-subgroups=false"}) == 0);
  CHECK(tool.out.str().empty());
  CHECK(tool.transport.requests[1].method == "PUT");
  CHECK(tool.transport.sent_header(1, "If-Match: \"1-2\""));
  CHECK(*tool.transport.requests[1].body ==
        R"({"public":true,"own":{"k":1},"max-clients":20,"auto-subgroups":false})");
}

TEST_CASE("a template that is no object fails before any request") {
  Tool tool;
  tool.input = "null";
  CHECK(tool.run({"create-user", "-group", "g", "-user", "u", "-json"}) == 1);
  CHECK(tool.run({"create-group", "-group", "g", "-json"}) == 1);
  CHECK(tool.transport.requests.empty());
}

TEST_CASE("create-user gives the role present unless told otherwise") {
  Tool tool;
  tool.transport.answer(201, "201 Created");
  CHECK(tool.run({"create-user", "-group", "g", "-user", "u"}) == 0);
  CHECK(*tool.transport.requests[0].body == R"({"permissions":"present"})");
  tool.transport.answer(201, "201 Created");
  tool.input = R"({"permissions":"op"})";
  CHECK(tool.run({"create-user", "-group", "g", "-wildcard", "-json"}) == 0);
  CHECK(*tool.transport.requests[1].body == R"({"permissions":"op"})");
  CHECK(tool.transport.requests[1].url.ends_with("/g/.wildcard-user"));
}

TEST_CASE("exactly one of -user and -wildcard is required") {
  Tool tool;
  for (const char* command : {"create-user", "update-user", "delete-user", "set-password"}) {
    CAPTURE(command);
    CHECK(tool.run({command, "-group", "g"}) == kUsage);
    CHECK(tool.err.str() == "Exactly one of \"-user\" and \"-wildcard\" is required\n");
  }
  for (const char* command : {"create-user", "delete-user", "set-password", "delete-password"}) {
    CAPTURE(command);
    CHECK(tool.run({command, "-group", "g", "-user", "u", "-wildcard"}) == kUsage);
    CHECK(tool.err.str() == "Exactly one of \"-user\" and \"-wildcard\" is required\n");
  }
  CHECK(tool.transport.requests.empty());
}

TEST_CASE("update-user takes the wildcard user when given both, as upstream's does") {
  Tool tool;
  tool.transport.answer(200, "200 OK", "{}", {{"etag", "\"1\""}});
  tool.transport.answer(204, "204 No Content");
  CHECK(tool.run({"update-user", "-group", "g", "-user", "u", "-wildcard", "-permissions", "op"}) ==
        0);
  CHECK(tool.transport.requests[1].url.ends_with("/g/.wildcard-user"));
}

TEST_CASE("the exit status tells scripts what is wrong") {
  Tool tool;
  const std::pair<int, ExitStatus> statuses[] = {
      {400, kFailure},     {401, kNotAuthorised}, {403, kNotAuthorised}, {404, kNotFound},
      {405, kFailure},     {409, kConflict},      {410, kNotFound},      {412, kConflict},
      {413, kFailure},     {415, kFailure},       {429, kServerError},   {500, kServerError},
      {502, kServerError}, {503, kServerError},   {304, kFailure}};
  for (const auto& [http, exit] : statuses) {
    CAPTURE(http);
    tool.transport.answer(http, std::to_string(http) + " Whatever");
    CHECK(tool.run({"delete-group", "-group", "g"}) == exit);
    tool.transport.answer(http, std::to_string(http) + " Whatever");
    CHECK(tool.run({"list-groups"}) == exit);
  }
  CHECK(tool.run({"list-groups"}) == kUnreachable);  // nobody answers any more
  tool.transport.answer(200, "200 OK", "<html>");
  CHECK(tool.run({"list-groups"}) == kFailure);
}

TEST_CASE("an onlooker gets a line of advice, a script does not") {
  Tool tool;
  const auto advice = [&tool](int status, std::string body,
                              std::map<std::string, std::string> headers,
                              std::vector<std::string> words) {
    std::string lines;
    for (const bool onlooker : {false, true}) {
      tool.has_onlooker = onlooker;
      tool.transport.answer(status, std::to_string(status) + " X", body, headers);
      tool.run(words);
      const std::string text = tool.err.str();
      if (!onlooker) CHECK(std::ranges::count(text, '\n') == 1);
      lines = text.substr(text.find('\n') + 1);
    }
    return lines;
  };
  const std::vector<std::string> create{"-admin-username", "a", "create-group", "-group", "g"};
  const std::map<std::string, std::string> challenge{{"www-authenticate", "basic realm=\"x\""}};
  const std::map<std::string, std::string> text{{"content-type", "text/plain; charset=utf-8"}};
  CHECK(advice(412, "", {}, create) == "It exists already.\n");
  CHECK(advice(401, "Haha!", challenge, create).starts_with("The server does not accept"));
  CHECK(advice(401, "Haha!", challenge, {"list-groups"}).starts_with("Say who you are"));
  CHECK(advice(401, "not authorised", text, create).find("writableGroups") != std::string::npos);
  CHECK(advice(400, "unknown permission\n", text, create) == "unknown permission\n");
  CHECK(advice(404, "<p>Not found</p>", {{"content-type", "text/html"}}, create).empty());
  CHECK(advice(502, std::string(400, 'x'), text, create).empty());
  CHECK(advice(502, "two\nlines\n", text, create).empty());
}

TEST_CASE("list-users -l shows roles, letters and failures") {
  Tool tool;
  tool.transport.answer(200, "200 OK", R"(["carol","alice","dave"])");
  tool.transport.answer(200, "200 OK", R"({"permissions":"op"})");
  tool.transport.answer(200, "200 OK", R"({"permissions":["token","present","message"]})");
  tool.transport.answer(404, "404 Not Found");
  CHECK(tool.run({"list-users", "-group", "g", "-l"}) == 0);
  CHECK(tool.out.str() ==
        "alice        op\ncarol        [mpt]\ndave (ERROR=HTTP error: 404 Not Found)\n");
  CHECK(tool.progress == decltype(tool.progress){{0, 3}, {1, 3}, {2, 3}, {3, 3}});
}

TEST_CASE("hash-password makes passwords that the server accepts") {
  Tool tool;
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"hash-password", "-password", "x", "-cost", "4"},
        {"hash-password", "-type", "pbkdf2", "-password", "x", "-iterations", "10"}}) {
    REQUIRE(tool.run(words) == 0);
    const auto json = signald::parse_json(tool.out.str());
    REQUIRE(json.has_value());
    const auto password = signald::read_password(*json);
    REQUIRE(password.has_value());
    CHECK(signald::match_password(*password, "x") == signald::PasswordMatch::kMatch);
    CHECK(signald::match_password(*password, "y") == signald::PasswordMatch::kMismatch);
  }
  CHECK(tool.run({"hash-password", "-type", "wildcard"}) == 0);
  CHECK(tool.out.str() == "{\"type\":\"wildcard\"}\n");
}

TEST_CASE("hash-password refuses what it cannot hash") {
  Tool tool;
  CHECK(tool.run({"hash-password", "-password", std::string(73, 'a')}) == 1);
  CHECK(tool.run({"hash-password", "-password", "x", "-cost", "32"}) == 1);
  CHECK(tool.run({"hash-password", "-type", "plain", "-password", "x"}) == 1);
  CHECK(tool.err.str().find("Make password: unknown password type") != std::string::npos);
  CHECK(tool.run({"hash-password", "-type", "wildcard", "-password", "x"}) == 1);
  CHECK(tool.run({"hash-password", "-type", "pbkdf2", "-password", "x", "-iterations", "0"}) == 1);
}

TEST_CASE("set-password asks, hashes here and sends only the hash") {
  Tool tool;
  tool.transport.answer(204, "204 No Content");
  CHECK(tool.run({"set-password", "-group", "g", "-user", "u", "-cost", "4"}) == 0);
  CHECK(tool.asked == "New password: ");
  CHECK(tool.out.str().empty());
  CHECK(tool.transport.requests[0].url.ends_with("/g/.users/u/.password"));
  CHECK(tool.transport.requests[0].body->find("secret") == std::string::npos);
  CHECK(tool.transport.requests[0].body->find("$2a$04$") != std::string::npos);
}

TEST_CASE("create-token expands roles, sets the expiry and prints the name") {
  Tool tool;
  tool.transport.answer(201, "201 Created", "", {{"location", "Zm9vYmFyYmE"}});
  CHECK(tool.run({"create-token", "-group", "", "-user", "alice", "-include-subgroups", "-duration",
                  "1h"}) == 0);
  CHECK(tool.out.str() == "Zm9vYmFyYmE\n");
  CHECK(*tool.transport.requests[0].body ==
        R"({"expires":"2023-11-14T23:13:20Z","includeSubgroups":true,)"
        R"("permissions":["present","message"],"username":"alice"})");
  CHECK(tool.run({"create-token", "-group", "g", "-permissions", "emperor"}) == kUsage);
  CHECK(tool.err.str().find("Parse permissions: unknown permission") != std::string::npos);
  CHECK(tool.run({"create-token"}) == kUsage);
  CHECK(tool.run({"create-token", "-group", "g", "-duration", "2 days"}) == 2);
  CHECK(tool.run({"update-token", "-group", "g", "-token", "T", "-duration", "1d"}) == 2);
}

TEST_CASE("list-tokens -l shows letters, subgroups and expiry") {
  Tool tool;
  tool.transport.answer(200, "200 OK", R"(["aGVsbG93b3I","Zm9vYmFyYmE"])");
  tool.transport.answer(200, "200 OK",
                        R"({"username":"alice","permissions":["present","message"],)"
                        R"("expires":"2030-01-02T03:04:05Z"})");
  tool.transport.answer(200, "200 OK",
                        R"({"includeSubgroups":true,"permissions":["present","message"],)"
                        R"("expires":"2020-01-02T03:04:05Z"})");
  CHECK(tool.run({"list-tokens", "-group", "g", "-l"}) == 0);
  CHECK(tool.out.str() ==
        "Zm9vYmFyYmE alice                mp   2030-01-02 03:04:05 \n"
        "aGVsbG93b3I                      Hmp  (expired)           \n");
}

TEST_CASE("revoke-token sets an expiry in the past") {
  Tool tool;
  tool.transport.answer(200, "200 OK", R"({"permissions":null})", {{"etag", "\"t\""}});
  tool.transport.answer(204, "204 No Content");
  CHECK(tool.run({"revoke-token", "-group", "g", "-token", "T"}) == 0);
  CHECK(*tool.transport.requests[1].body ==
        R"({"permissions":null,"expires":"2023-11-14T22:12:20Z"})");
  CHECK(tool.run({"revoke-token", "-group", "g"}) == kUsage);
}

TEST_CASE("initial-setup writes both files, or neither") {
  Tool tool;
  CHECK(tool.run({"initial-setup"}) == kUsage);
  CHECK(tool.run({"-admin-username", "admin", "initial-setup", "-config", "c.json"}) == 0);
  CHECK(tool.files["c.json"].find("\"$2a$12$") != std::string::npos);
  CHECK(tool.files["/home/c/galenectl.json"] ==
        "{\n    \"server\": \"https://localhost:8443\",\n    \"admin-username\": \"admin\",\n"
        "    \"admin-password\": \"secret\"\n}\n");
  CHECK(tool.run({"-admin-username", "admin", "initial-setup", "-config", "d.json"}) == 1);
  CHECK_FALSE(tool.files.contains("d.json"));
}
