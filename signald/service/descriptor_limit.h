#pragma once

namespace halcyon::signald {

/// Raises the limit of open files to what the system allows: each client needs one. Warns when that
/// is little.
void raise_descriptor_limit();

}  // namespace halcyon::signald
