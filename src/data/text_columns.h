#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "data/data_spec.h"
#include "data/text_records.h"

namespace halftone {

/// Where a file's records have what.
struct TextColumns {
  std::vector<std::size_t> texts;    ///< one, or two that make a pair
  std::optional<std::size_t> label;  ///< whole numbers
  bool has_header = false;           ///< the first record names the columns
};

/// Options `columns`, `label` and `header` of a text spec. Columns are numbers from 0, or names that stand in the first
/// record; it is a header where a name is used or header=yes, and a sample otherwise. Without `columns` the text is in
/// the first column that is not the label. Throws configuration naming the nearest column.
TextColumns text_columns(const DataSpec& spec, const TextRecords& records);

/// The label of each sample; empty where no column holds them. Throws invalid_data naming FILE:LINE of what is no whole
/// number.
std::vector<std::int64_t> text_labels(const TextRecords& records, const TextColumns& columns);

}  // namespace halftone
