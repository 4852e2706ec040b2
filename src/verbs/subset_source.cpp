#include "verbs/subset_source.h"

#include <algorithm>
#include <utility>

#include "base/sha256.h"
#include "halftone/error.h"

namespace halftone {

SubsetSource::SubsetSource(std::shared_ptr<const DataSource> source, std::vector<std::size_t> items)
    : source_(std::move(source)), items_(std::move(items)) {
  const std::optional<std::size_t> size = source_->size();
  if (!size) throw Error(ErrorCode::invalid_argument, "'" + source_->spec() + "' can only be streamed");
  const auto beyond = std::find_if(items_.begin(), items_.end(), [&](std::size_t item) { return item >= *size; });
  if (beyond != items_.end()) {
    throw Error(ErrorCode::invalid_argument, "item " + std::to_string(*beyond) + " is beyond the " +
                                                 std::to_string(*size) + " of '" + source_->spec() + "'");
  }
}

std::string SubsetSource::fingerprint() const {
  Sha256 hash;
  hash.update(source_->fingerprint());
  for (std::size_t item : items_) hash.update(" " + std::to_string(item));
  return hash.hex();
}

}  // namespace halftone
