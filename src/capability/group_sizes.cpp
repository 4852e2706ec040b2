#include "capability/group_sizes.h"

#include <algorithm>
#include <string>

namespace halftone {
namespace {

constexpr std::int64_t kSmallest = 2, kLargest = 65'536;

}  // namespace

std::vector<int> read_group_sizes(const StrictYaml& yaml) {
  std::vector<int> sizes;
  for (const StrictYaml& item : yaml.items()) {
    const std::int64_t size = item.integer();
    if (size < kSmallest || size > kLargest) item.fail("a group has 2 to 65536 values, not " + std::to_string(size));
    if (std::ranges::find(sizes, size) != sizes.end()) {
      item.fail("'" + std::to_string(size) + "' stands twice in the list");
    }
    sizes.push_back(static_cast<int>(size));
  }
  return sizes;
}

}  // namespace halftone
