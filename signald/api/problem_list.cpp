#include "signald/api/problem_list.h"

#include <utility>

#include "signald/api/api_answers.h"

namespace halcyon::signald {

void ProblemList::answer(const ApiCall& /*call*/, Reply reply) {
  JsonArray problems;
  for (const DescribedGroup& group : files_.list()) {
    if (!group.problem) continue;
    JsonObject problem;
    problem.add("group", group.name);
    problem.add("problem", *group.problem);
    problems.emplace_back(std::move(problem));
  }
  if (const auto tag = tokens_.etag(); !tag) {
    JsonObject problem;
    problem.add("problem", tag.error().text);
    problems.emplace_back(std::move(problem));
  }
  reply(api_json(std::move(problems)));
}

}  // namespace halcyon::signald
