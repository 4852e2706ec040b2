#include "halftone/plan.h"

namespace halftone {
namespace {

/// Two threads that ask for the same at once both work it out, to the same value.
template <typename Value>
Value kept_or(std::mutex& mutex, std::map<std::string, Value>& kept, const std::string& key,
              const std::function<Value()>& work_out) {
  {
    const std::scoped_lock lock(mutex);
    if (const auto found = kept.find(key); found != kept.end()) return found->second;
  }
  Value value = work_out();
  const std::scoped_lock lock(mutex);
  return kept.emplace(key, std::move(value)).first->second;
}

}  // namespace

Range PlanningCache::range(const std::string& key, const std::function<Range()>& work_out) {
  return kept_or(mutex_, ranges_, key, work_out);
}

QuantParams PlanningCache::parameters(const std::string& key, const std::function<QuantParams()>& work_out) {
  return kept_or(mutex_, parameters_, key, work_out);
}

std::vector<float> PlanningCache::correction(const std::string& key,
                                             const std::function<std::vector<float>()>& work_out) {
  return kept_or(mutex_, corrections_, key, work_out);
}

}  // namespace halftone
