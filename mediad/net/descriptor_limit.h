#pragma once

namespace halcyon::mediad {

/// Lets this process open as many descriptors as its hard limit allows: each TCP peer needs one.
void raise_descriptor_limit();

}  // namespace halcyon::mediad
