#pragma once

#include <span>
#include <utility>
#include <vector>

#include "halftone/tensor.h"

namespace halftone {

/// The values of a tensor as floats, without a copy where they are stored as such.
class FloatValues {
 public:
  explicit FloatValues(Tensor tensor) : tensor_(std::move(tensor)) {
    if (tensor_.dtype() == DType::f32) {
      values_ = tensor_.values<float>();
    } else {
      copy_ = tensor_.to_floats();
      values_ = copy_;
    }
  }
  FloatValues(const FloatValues&) = delete;
  FloatValues& operator=(const FloatValues&) = delete;
  std::span<const float> get() const { return values_; }
  const Shape& shape() const { return tensor_.shape(); }

 private:
  Tensor tensor_;
  std::vector<float> copy_;
  std::span<const float> values_;
};

}  // namespace halftone
