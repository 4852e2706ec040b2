#pragma once

namespace halftone {

/// Version of the library, "major.minor.patch".
const char* version();

/// Short commit the library was built from, with "+" where the tree had changes; "unknown" outside a checkout.
const char* commit();

}  // namespace halftone
