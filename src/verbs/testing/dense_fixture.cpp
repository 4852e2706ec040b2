#include "verbs/testing/dense_fixture.h"

#include <algorithm>
#include <cstdlib>

#include "base/file.h"
#include "tensor/npz.h"

namespace halftone::testing {
namespace fs = std::filesystem;
namespace {

/// Numerical Recipes' linear congruential generator: the same values everywhere.
class Generator {
 public:
  explicit Generator(std::uint64_t seed) : state_(static_cast<std::uint32_t>(seed)) {}
  float next() {
    state_ = state_ * 1'664'525U + 1'013'904'223U;
    return static_cast<float>(state_ >> 8) / 16'777'216.0F;
  }

 private:
  std::uint32_t state_;
};

}  // namespace

void DenseFixture::SetUp() {
  std::string pattern = (fs::temp_directory_path() / "halftone-verbs-XXXXXX").string();
  ASSERT_NE(mkdtemp(pattern.data()), nullptr);
  folder_ = pattern;
}

void DenseFixture::TearDown() { fs::remove_all(folder_); }

fs::path DenseFixture::write_network(const std::string& name, const std::string& fault) const {
  return write_variant(name, fault.empty() ? nlohmann::json::object() : nlohmann::json{{"fault", fault}});
}

fs::path DenseFixture::write_variant(const std::string& name, const nlohmann::json& changes) const {
  nlohmann::json file{{"fc1", {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1}},
                      {"fc2", {1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0}}};
  file.update(changes);
  write_file(folder_ / name, file.dump());
  return folder_ / name;
}

std::string DenseFixture::write_samples(const std::string& name, std::size_t count, std::uint64_t seed, int label_shift,
                                        bool labelled) const {
  Generator random(seed);
  std::vector<float> values;
  std::vector<std::int64_t> labels;
  for (std::size_t sample = 0; sample < count; ++sample) {
    for (int i = 0; i < 4; ++i) values.push_back(random.next());
    const auto row = values.end() - 4;
    labels.push_back((std::max_element(row, row + 3) - row + label_shift) % 3);
  }
  const auto rows = static_cast<std::int64_t>(count);
  NamedTensors arrays{{"x", Tensor::from(std::move(values), {rows, 4})}};
  if (labelled) arrays.push_back({"label", Tensor::from(std::move(labels), {rows})});
  save_npz(folder_ / name, arrays);
  return "npz:" + (folder_ / name).string();
}

std::vector<std::string> DenseFixture::listing() const {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder_)) names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace halftone::testing
