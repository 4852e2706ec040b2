#pragma once

#include <memory>
#include <string>
#include <vector>

#include "halftone/data.h"

namespace halftone {

/// Some items of another source, in a given order.
class SubsetSource final : public DataSource {
 public:
  /// Throws invalid_argument when the source can only be streamed or an index is beyond its size.
  SubsetSource(std::shared_ptr<const DataSource> source, std::vector<std::size_t> items);

  std::string spec() const override { return source_->spec(); }
  std::optional<std::size_t> size() const override { return items_.size(); }
  DataItem item(std::size_t index) const override { return source_->item(items_.at(index)); }
  std::string id(std::size_t index) const override { return source_->id(items_.at(index)); }
  std::optional<std::int64_t> label(std::size_t index) const override { return source_->label(items_.at(index)); }
  /// Of the source's contents and the items chosen.
  std::string fingerprint() const override;

 private:
  std::shared_ptr<const DataSource> source_;
  std::vector<std::size_t> items_;
};

}  // namespace halftone
