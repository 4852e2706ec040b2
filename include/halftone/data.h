#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "halftone/tensor.h"

namespace halftone {

/// What a source gives at once: one sample, or a ready batch of several. The first axis of every input counts samples.
struct DataItem {
  std::string id;                    ///< stable name of the sample ("17", "cat.jpg", "batch_3.npz")
  NamedTensors inputs;               ///< a name may be empty where the source has none (images)
  std::vector<std::int64_t> labels;  ///< the class of each sample; none where the truth is no class, or not given
  /// The truth as it is stored, of any type; the first axis counts samples. Absent where the source has classes alone.
  std::optional<Tensor> target = {};
  /// Samples in the item, by the first axis of its inputs (scalars aside). One where they disagree: a ready batch may
  /// hold a state whose first axis counts something else.
  std::size_t samples() const;
};

/// Reads items one after another, for sources that cannot do better.
class ItemStream {
 public:
  virtual ~ItemStream();
  /// The next item, or nullopt at the end. Throws invalid_data.
  virtual std::optional<DataItem> next() = 0;
};

/// Where samples come from. Reading is const and thread safe.
class DataSource {
 public:
  virtual ~DataSource();
  /// How the user named it, e.g. "npz:calib.npz".
  virtual std::string spec() const = 0;
  /// Number of items, or nullopt for what can only be streamed.
  virtual std::optional<std::size_t> size() const = 0;
  /// Item of that index; throws invalid_data (unreadable, NaN is allowed here) or unsupported for streams.
  virtual DataItem item(std::size_t index) const = 0;
  /// Stable id of an item, without reading it.
  virtual std::string id(std::size_t index) const = 0;
  /// Label of an item without decoding it, where there is exactly one; nullopt otherwise.
  virtual std::optional<std::int64_t> label(std::size_t index) const = 0;
  /// A fresh pass from the beginning; by default over item() in order.
  virtual std::unique_ptr<ItemStream> stream() const;
  /// Hash of what the source would give (contents for files, names and sizes for folders).
  virtual std::string fingerprint() const = 0;
};

/// Makes data that the calling program holds known to open_data(), under a spec of its own, for as long as this lives.
class HeldData {
 public:
  /// Gives the source for a model with these inputs; none: as the data are.
  using Open = std::function<std::unique_ptr<DataSource>(const std::vector<TensorSignature>&)>;
  explicit HeldData(Open open);
  ~HeldData();
  HeldData(const HeldData&) = delete;
  HeldData& operator=(const HeldData&) = delete;
  /// "held:1", "held:2", …
  const std::string& spec() const { return spec_; }

 private:
  std::string spec_;
};

/// Opens a data spec (npz:, batches:, images:, text:, exec:, random:, or @FILE with the same as YAML; held: for
/// HeldData); see `halftone data --help`. Throws configuration for an unknown kind or option (naming the nearest valid
/// word), io or invalid_data otherwise. `signatures`, where given, tell random: what to make, and text: what inputs
/// there are.
std::unique_ptr<DataSource> open_data(const std::string& spec, const std::vector<TensorSignature>& signatures = {});

/// Which items to use, in which order: the first `count` of a permutation seeded by `seed`, stratified by label where
/// labels are known (each class gets its share, rounded by largest remainder). nullopt count: all, in source order.
/// Throws invalid_data when the source is empty.
std::vector<std::size_t> select_items(const DataSource& source, std::optional<std::size_t> count, std::uint64_t seed);

/// Gives items to a model: names bound to its inputs, shapes and dtypes checked.
class DataLoader {
 public:
  /// `count` and `seed` as select_items(); without signatures items are given as the source has them. Throws as
  /// select_items().
  DataLoader(std::shared_ptr<const DataSource> source, std::vector<TensorSignature> signatures,
             std::optional<std::size_t> count, std::uint64_t seed);

  const DataSource& source() const { return *source_; }
  /// Items it will give; nullopt for an unlimited stream.
  std::optional<std::size_t> size() const;
  /// False when the source can only be streamed (items() then come in the stream's order).
  bool random_access() const;
  /// Item at a position of the selection, bound to the inputs. Thread safe. Only with random access.
  DataItem item(std::size_t position) const;
  std::string id(std::size_t position) const;
  /// Calls `use(position, item)` for every item, on up to `threads` threads at once; stops at the first error, which
  /// is thrown. Positions are those of the selection, so that results can be put in order. Throws invalid_data when
  /// there was nothing at all.
  void for_each(int threads, const std::function<void(std::size_t, const DataItem&)>& use) const;
  /// The items one after another, bound to the inputs, from the beginning. The loader may be gone before the stream.
  std::unique_ptr<ItemStream> stream() const;
  /// The same selection cut to its first `count` items (all of them when there are fewer).
  DataLoader prefix(std::size_t count) const;
  /// The same selection without its first `count` items: samples that whoever saw prefix(count) has not seen. Throws
  /// invalid_argument when none are left, unsupported when the source can only be streamed.
  DataLoader without_prefix(std::size_t count) const;
  /// Hash of spec contents, count and seed.
  std::string fingerprint() const;

 private:
  std::shared_ptr<const DataSource> source_;
  std::vector<TensorSignature> signatures_;
  std::vector<std::size_t> selection_;
  std::optional<std::size_t> limit_;
};

/// Names and checks an item's inputs against a model's. An input without name, or with no name of the model where
/// both have only one, is bound by position. Without signatures the item is given back as it is. Throws invalid_data
/// naming input, both shapes or dtypes, and what to do.
DataItem bind_inputs(DataItem item, const std::vector<TensorSignature>& signatures);

}  // namespace halftone
