#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "halftone/tensor.h"

namespace halftone::onnxruntime {

/// Values of constants that are made when somebody asks for them and not kept: the weights of a converted model may be
/// larger than memory. One maker gives the values of several constants where one computation yields them all.
class ValueMaker {
 public:
  using Values = std::vector<Tensor>;
  /// `make` gives the same values at each call; it may be called from several threads.
  explicit ValueMaker(std::function<Values()> make) : make_(std::move(make)) {}
  /// Those made last where somebody still holds them, else made anew. May be called from several threads.
  std::shared_ptr<const Values> values() const {
    const std::scoped_lock lock(mutex_);
    std::shared_ptr<const Values> values = held_.lock();
    if (values == nullptr) {
      values = std::make_shared<const Values>(make_());
      held_ = values;
    }
    return values;
  }

 private:
  std::function<Values()> make_;
  mutable std::mutex mutex_;
  mutable std::weak_ptr<const Values> held_;
};

/// One of a maker's values.
struct MadeValue {
  std::shared_ptr<const ValueMaker> maker;
  std::size_t index = 0;
  std::uint64_t bytes = 0;
};

}  // namespace halftone::onnxruntime
