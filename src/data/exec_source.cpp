#include "data/exec_source.h"

#include <algorithm>
#include <array>

#include "base/sha256.h"
#include "data/child_process.h"
#include "data/sample_arrays.h"
#include "halftone/error.h"
#include "tensor/npz.h"

namespace halftone {
namespace {

constexpr std::uint64_t kMaxBatchBytes = std::uint64_t{1} << 32;
// Memory grows with what arrives, whatever length was announced.
constexpr std::uint64_t kChunkBytes = std::uint64_t{1} << 22;

class ExecStream final : public ItemStream {
 public:
  ExecStream(const std::string& command, ArrayChoice choice)
      : command_(command), choice_(std::move(choice)), child_(command) {}

  std::optional<DataItem> next() override {
    if (ended_) return std::nullopt;
    const std::optional<std::uint64_t> length = read_length();
    if (!length) {
      ended_ = true;
      const std::string failure = child_.wait();
      if (!failure.empty()) fail("ended with " + failure);
      return std::nullopt;
    }
    const auto batch = std::make_shared<const std::string>(read_batch(*length));
    const std::string name = "batch " + std::to_string(count_) + " of '" + command_ + "'";
    return item_of_arrays(parse_npz(batch, *batch, name), choice_, std::to_string(count_++), name);
  }

 private:
  std::optional<std::uint64_t> read_length() {
    std::array<unsigned char, 8> bytes{};
    const std::size_t count = child_.read(bytes.data(), bytes.size());
    if (count == 0) return std::nullopt;
    if (count < bytes.size()) fail("ended within the length of batch " + std::to_string(count_));
    std::uint64_t length = 0;
    for (std::size_t i = bytes.size(); i-- > 0;) length = length << 8 | bytes[i];
    if (length > kMaxBatchBytes) {
      fail("announced batch " + std::to_string(count_) + " with " + std::to_string(length) + " bytes");
    }
    return length;
  }

  std::string read_batch(std::uint64_t length) {
    std::string batch;
    while (batch.size() < length) {
      const std::size_t have = batch.size();
      const std::size_t wanted = std::min(kChunkBytes, length - have);
      batch.resize(have + wanted);
      if (child_.read(batch.data() + have, wanted) == wanted) continue;
      fail("ended within batch " + std::to_string(count_) + " of " + std::to_string(length) + " bytes");
    }
    return batch;
  }

  [[noreturn]] void fail(const std::string& what) {
    throw Error(
        ErrorCode::invalid_data, "'" + command_ + "' " + what,
        "it has to write, for each batch, 8 bytes with the length (little endian, at most 4 GiB) and an .npz of "
        "that length, nothing else, and to end with status 0");
  }

  std::string command_;
  ArrayChoice choice_;
  ChildProcess child_;
  std::size_t count_ = 0;
  bool ended_ = false;
};

class ExecSource final : public DataSource {
 public:
  explicit ExecSource(const DataSpec& spec) : spec_(spec), choice_(array_choice(spec)) {}

  std::string spec() const override { return spec_.text(); }
  std::optional<std::size_t> size() const override { return std::nullopt; }
  std::string id(std::size_t index) const override { return std::to_string(index); }
  std::optional<std::int64_t> label(std::size_t) const override { return std::nullopt; }
  std::string fingerprint() const override { return sha256_of("exec\n" + spec_.main() + "\n" + spec_.options_text()); }

  DataItem item(std::size_t) const override {
    throw Error(ErrorCode::unsupported, spec_.text() + ": a program's output can only be read from its beginning");
  }
  std::unique_ptr<ItemStream> stream() const override { return std::make_unique<ExecStream>(spec_.main(), choice_); }

 private:
  DataSpec spec_;
  ArrayChoice choice_;
};

}  // namespace

std::unique_ptr<DataSource> open_exec(const DataSpec& spec) { return std::make_unique<ExecSource>(spec); }

}  // namespace halftone
