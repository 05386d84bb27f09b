#pragma once

#include "common/result/error.h"
#include "galenectl/commands.h"
#include "signald/json/json_value.h"

namespace halcyon::galenectl {

/// The JSON object on standard input when -json is given, else an empty object.
ResultOr<signald::JsonObject> template_input(Invocation& invocation);

}  // namespace halcyon::galenectl
