#include <algorithm>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/nearest_word.h"
#include "halftone/error.h"
#include "strategies/strategies.h"

namespace halftone {
namespace {

struct Entry {
  std::string name;
  StrategyFactory factory;
  bool is_built_in = true;
};

/// Built-in strategies and the user's. Plugins may add theirs from any thread.
class Registry {
 public:
  static Registry& instance() {
    static Registry registry;
    return registry;
  }

  StrategyFactory find(const std::string& name) const {
    const std::scoped_lock lock(mutex_);
    for (const Entry& entry : entries_) {
      if (entry.name == name) return entry.factory;
    }
    return {};
  }

  std::vector<std::string> names() const {
    const std::scoped_lock lock(mutex_);
    std::vector<std::string> names;
    for (const Entry& entry : entries_) names.push_back(entry.name);
    return names;
  }

  void add(const std::string& name, StrategyFactory factory, bool replace) {
    if (name.empty() || !factory) {
      throw Error(ErrorCode::invalid_argument, "a strategy needs a name and a function that makes it");
    }
    const std::scoped_lock lock(mutex_);
    const auto known = std::ranges::find(entries_, name, &Entry::name);
    if (known == entries_.end()) {
      entries_.push_back({name, std::move(factory), /*is_built_in=*/false});
    } else if (replace && !known->is_built_in) {
      known->factory = std::move(factory);
    } else {
      throw Error(ErrorCode::invalid_argument, "there is a strategy '" + name + "' already", "choose another name");
    }
  }

 private:
  mutable std::mutex mutex_;
  std::vector<Entry> entries_{{"auto", make_auto},
                              {"basic", make_basic},
                              {"conservative", make_conservative},
                              {"exhaustive", make_exhaustive},
                              {"random", make_random},
                              {"bayesian", make_bayesian},
                              {"tpe", make_tpe},
                              {"mse", make_mse},
                              {"mse_v2", make_mse_v2},
                              {"hawq_v2", make_hawq_v2},
                              {"auto_mixed_precision", make_auto_mixed_precision}};
};

}  // namespace

std::unique_ptr<Strategy> make_strategy(const std::string& name, const StrategyContext& context) {
  if (const StrategyFactory factory = Registry::instance().find(name)) return factory(context);
  throw Error(ErrorCode::invalid_argument, "there is no strategy '" + name + "'", suggest(name, strategy_names()));
}

std::vector<std::string> strategy_names() { return Registry::instance().names(); }

void add_strategy(const std::string& name, StrategyFactory factory, bool replace) {
  Registry::instance().add(name, std::move(factory), replace);
}

}  // namespace halftone
