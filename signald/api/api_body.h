#pragma once

#include <initializer_list>
#include <string_view>

#include "common/result/error.h"
#include "signald/json/json_value.h"

namespace halcyon::signald {

/// The fields of a request's JSON object under the names asked for, whatever case the client wrote
/// them in; of several that are the same the last counts. Others are left out, null is an empty
/// object. Errors are for the client.
ResultOr<JsonObject> read_api_object(std::string_view body,
                                     std::initializer_list<std::string_view> fields);

}  // namespace halcyon::signald
