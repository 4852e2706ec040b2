#include <algorithm>
#include <mutex>
#include <utility>

#include "base/parallel.h"
#include "base/sha256.h"
#include "halftone/data.h"
#include "halftone/error.h"

namespace halftone {
namespace {

/// One reader of a stream for many users.
class SharedStream {
 public:
  SharedStream(std::unique_ptr<ItemStream> stream, std::optional<std::size_t> limit)
      : stream_(std::move(stream)), limit_(limit) {}

  /// The next item with its position; nullopt at the end, at the limit, and after stop().
  std::optional<std::pair<std::size_t, DataItem>> next() {
    const std::lock_guard lock(mutex_);
    if (stopped_ || count_ == limit_) return std::nullopt;
    stopped_ = true;  // stays so when the stream ends or throws
    std::optional<DataItem> item = stream_->next();
    if (!item) return std::nullopt;
    stopped_ = false;
    return std::pair(count_++, std::move(*item));
  }

  void stop() {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }

  std::size_t count() const { return count_; }

 private:
  std::mutex mutex_;
  std::unique_ptr<ItemStream> stream_;
  std::optional<std::size_t> limit_;
  std::size_t count_ = 0;
  bool stopped_ = false;
};

/// The items of a loader in order.
class LoaderStream final : public ItemStream {
 public:
  LoaderStream(DataLoader loader, std::vector<TensorSignature> signatures)
      : loader_(std::move(loader)), signatures_(std::move(signatures)) {
    if (!loader_.random_access()) unbound_ = loader_.source().stream();
  }

  std::optional<DataItem> next() override {
    if (position_ == loader_.size()) return std::nullopt;
    if (!unbound_) return loader_.item(position_++);
    std::optional<DataItem> item = unbound_->next();
    ++position_;
    return item && !signatures_.empty() ? bind_inputs(*std::move(item), signatures_) : item;
  }

 private:
  DataLoader loader_;
  std::vector<TensorSignature> signatures_;
  std::unique_ptr<ItemStream> unbound_;
  std::size_t position_ = 0;
};

}  // namespace

DataLoader::DataLoader(std::shared_ptr<const DataSource> source, std::vector<TensorSignature> signatures,
                       std::optional<std::size_t> count, std::uint64_t seed)
    : source_(std::move(source)), signatures_(std::move(signatures)), limit_(count) {
  if (source_->size())
    selection_ = select_items(*source_, count, seed);
  else if (count == std::size_t{0}) {
    throw Error(ErrorCode::invalid_argument, source_->spec() + ": 0 samples asked for");
  }
}

std::optional<std::size_t> DataLoader::size() const { return random_access() ? selection_.size() : limit_; }

// A selection is never empty.
bool DataLoader::random_access() const { return !selection_.empty(); }

DataItem DataLoader::item(std::size_t position) const {
  if (!random_access()) throw Error(ErrorCode::unsupported, source_->spec() + ": a stream has no items by position");
  if (position >= selection_.size()) {
    throw Error(ErrorCode::invalid_argument, source_->spec() + ": no item at position " + std::to_string(position));
  }
  DataItem item = source_->item(selection_[position]);
  return signatures_.empty() ? item : bind_inputs(std::move(item), signatures_);
}

std::unique_ptr<ItemStream> DataLoader::stream() const { return std::make_unique<LoaderStream>(*this, signatures_); }

DataLoader DataLoader::prefix(std::size_t count) const {
  DataLoader shorter = *this;
  shorter.limit_ = std::min(limit_.value_or(count), count);
  if (count < shorter.selection_.size()) shorter.selection_.resize(count);
  return shorter;
}

DataLoader DataLoader::without_prefix(std::size_t count) const {
  if (!random_access()) throw Error(ErrorCode::unsupported, source_->spec() + ": a stream cannot be cut in two");
  if (count >= selection_.size()) {
    throw Error(ErrorCode::invalid_argument, source_->spec() + ": no samples are left after the first " +
                                                 std::to_string(count) + " of " + std::to_string(selection_.size()));
  }
  DataLoader rest = *this;
  rest.selection_.erase(rest.selection_.begin(), rest.selection_.begin() + static_cast<std::ptrdiff_t>(count));
  return rest;
}

std::string DataLoader::id(std::size_t position) const {
  if (!random_access()) return source_->id(position);
  if (position < selection_.size()) return source_->id(selection_[position]);
  throw Error(ErrorCode::invalid_argument, source_->spec() + ": no item at position " + std::to_string(position));
}

void DataLoader::for_each(int threads, const std::function<void(std::size_t, const DataItem&)>& use) const {
  if (random_access()) {
    parallel_for(selection_.size(), threads, [&](std::size_t, std::size_t position) { use(position, item(position)); });
    return;
  }
  SharedStream stream(source_->stream(), limit_);
  const auto drain = [&] {
    while (auto next = stream.next()) {
      const std::size_t position = next->first;
      if (!signatures_.empty()) next->second = bind_inputs(std::move(next->second), signatures_);
      use(position, next->second);
    }
  };
  parallel_for(static_cast<std::size_t>(std::max(1, threads)), threads, [&](std::size_t, std::size_t) {
    try {
      drain();
    } catch (...) {
      stream.stop();
      throw;
    }
  });
  if (stream.count() == 0) throw Error(ErrorCode::invalid_data, source_->spec() + ": there are no samples");
}

std::string DataLoader::fingerprint() const {
  // The selection stands for count and seed: it is what they lead to.
  std::string text = source_->fingerprint() + "\n" + (limit_ ? std::to_string(*limit_) : "all");
  for (const std::size_t index : selection_) text += " " + std::to_string(index);
  return sha256_of(text);
}

}  // namespace halftone
