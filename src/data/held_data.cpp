#include "data/held_data.h"

#include <map>
#include <mutex>
#include <utility>

#include "halftone/error.h"

namespace halftone {
namespace {

constexpr std::string_view kScheme = "held:";

/// All that programs hold at the moment.
class HeldSources {
 public:
  static HeldSources& instance() {
    static HeldSources sources;
    return sources;
  }

  std::string add(HeldData::Open open) {
    const std::scoped_lock lock(mutex_);
    std::string spec = std::string(kScheme) + std::to_string(++last_);
    by_spec_[spec] = std::move(open);
    return spec;
  }

  void remove(const std::string& spec) {
    const std::scoped_lock lock(mutex_);
    by_spec_.erase(spec);
  }

  HeldData::Open find(const std::string& spec) const {
    const std::scoped_lock lock(mutex_);
    const auto found = by_spec_.find(spec);
    return found == by_spec_.end() ? HeldData::Open{} : found->second;
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, HeldData::Open> by_spec_;
  int last_ = 0;
};

}  // namespace

HeldData::HeldData(Open open) : spec_(HeldSources::instance().add(std::move(open))) {}
HeldData::~HeldData() { HeldSources::instance().remove(spec_); }

bool is_held_spec(std::string_view spec) { return spec.starts_with(kScheme); }

std::unique_ptr<DataSource> open_held(const std::string& spec, const std::vector<TensorSignature>& signatures) {
  if (const HeldData::Open open = HeldSources::instance().find(spec)) return open(signatures);
  throw Error(ErrorCode::configuration, "nobody holds data '" + spec + "'",
              "such a name means data of the program that wrote it, for as long as it worked with them; give the data "
              "again");
}

}  // namespace halftone
