#include "halftone/version.h"

namespace halftone {

const char* version() { return HALFTONE_VERSION; }

const char* commit() { return HALFTONE_COMMIT; }

}  // namespace halftone
