#include "capability/listed.h"

namespace halftone {

StrictYaml listed(const StrictYaml& yaml) {
  if (yaml.is_scalar()) yaml.fail("expected a list, found '" + yaml.text() + "'; write [" + yaml.text() + "]");
  return yaml;
}

}  // namespace halftone
