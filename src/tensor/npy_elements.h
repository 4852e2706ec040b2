#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "halftone/tensor.h"
#include "tensor/npy_header.h"

namespace halftone {

/// The tensor of a header and the bytes behind it, which have exactly the size that the header needs: reordered where
/// they are in Fortran order, swapped where they are big-endian, decoded where they are text; else a view.
/// Throws invalid_data, beginning "NAME: ", for a bool that is neither 0 nor 1.
Tensor decode_npy(const NpyHeader& header, std::shared_ptr<const void> owner, const std::byte* data,
                  const std::string& name);

/// The header that fits a tensor. Throws unsupported for types that NumPy does not have.
NpyHeader npy_header_of(const Tensor& tensor, const std::string& name);

/// The elements of a tensor of strings as NumPy's U type holds them, `item_bytes` each.
std::string encode_npy_strings(const Tensor& strings, std::size_t item_bytes);

}  // namespace halftone
