#pragma once

#include "data/image_decode.h"

namespace halftone {

/// Bilinear with antialiasing, bit for bit as the 8-bit Image.resize((width, height), BILINEAR) of Pillow 13.0
/// (src/libImaging/Resample.c): a triangle filter as wide as the reduction factor (at least 1), weights in 22-bit fixed
/// point rounded half away from zero, 8-bit values between the two passes. Rows are filtered first, but columns where
/// the height loses more than twice as many pixels as the width (Pillow before 13 always filtered rows first; the two
/// orders differ by 1 at some pixels).
/// Sides are 1 … kMaxImageSide and at most kMaxImagePixels in all; throws invalid_data, naming `name`, otherwise.
RgbImage resize_bilinear(const RgbImage& image, int width, int height, const std::string& name);

/// The middle of an image; offsets that would be halves are rounded to the even number, as Python's round() does for
/// the usual preprocessing of image models. Throws invalid_data, naming `name`, when the image is smaller.
RgbImage crop_centre(const RgbImage& image, int width, int height, const std::string& name);

}  // namespace halftone
