#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "halftone/data.h"
#include "halftone/error.h"

namespace halftone {

/// The Error that a call throws; a failure of the test when it throws none.
template <typename Call>
Error error_of(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "nothing was thrown";
  return Error(ErrorCode::internal, "nothing was thrown");
}

/// A folder that lives as long as the test.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    static std::atomic<int> number = 0;
    path_ = std::filesystem::temp_directory_path() /
            ("halftone_data_" + std::to_string(getpid()) + "_" + std::to_string(number++));
    std::filesystem::create_directories(path_);
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string operator/(const std::string& name) const { return (path_ / name).string(); }
  std::string path() const { return path_.string(); }
  /// Writes a file, with the folders it needs, and returns its path.
  std::string write(const std::string& name, const std::string& content) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << content;
    return (path_ / name).string();
  }

 private:
  std::filesystem::path path_;
};

/// Items kept in memory; without `sized` they can only be streamed.
class MemorySource final : public DataSource {
 public:
  explicit MemorySource(std::vector<DataItem> items, bool sized = true) : items_(std::move(items)), sized_(sized) {}

  /// One item for each label, named "0", "1", …, with an input "x" that holds its index.
  static MemorySource labelled(const std::vector<std::int64_t>& labels) {
    std::vector<DataItem> items;
    for (const std::int64_t label : labels) {
      const float index = static_cast<float>(items.size());
      items.push_back({std::to_string(items.size()), {{"x", Tensor::from(std::vector{index}, {1, 1})}}, {label}});
    }
    return MemorySource(std::move(items));
  }

  std::string spec() const override { return "memory"; }
  std::optional<std::size_t> size() const override { return sized_ ? std::optional(items_.size()) : std::nullopt; }
  std::string id(std::size_t index) const override { return items_.at(index).id; }
  std::string fingerprint() const override { return "memory of " + std::to_string(items_.size()); }
  DataItem item(std::size_t index) const override { return items_.at(index); }
  std::optional<std::int64_t> label(std::size_t index) const override {
    const auto& labels = items_.at(index).labels;
    return labels.size() == 1 ? std::optional(labels.front()) : std::nullopt;
  }
  std::unique_ptr<ItemStream> stream() const override {
    if (sized_) return DataSource::stream();
    return std::make_unique<Stream>(items_);
  }

 private:
  class Stream final : public ItemStream {
   public:
    explicit Stream(const std::vector<DataItem>& items) : items_(items) {}
    std::optional<DataItem> next() override {
      if (next_ == items_.size()) return std::nullopt;
      return items_[next_++];
    }

   private:
    const std::vector<DataItem>& items_;
    std::size_t next_ = 0;
  };

  std::vector<DataItem> items_;
  bool sized_;
};

/// Where the real images are; nullopt where the assets are not on this machine.
inline std::optional<std::filesystem::path> real_images() {
  const char* assets = std::getenv("HALFTONE_ASSETS");
  if (assets == nullptr) return std::nullopt;
  const std::filesystem::path folder = std::filesystem::path(assets) / "imagenet" / "images";
  if (!std::filesystem::is_directory(folder)) return std::nullopt;
  return folder;
}

}  // namespace halftone
