#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace halftone {

/// An 8-bit image: rows from the top, three bytes (red, green, blue) a pixel, no padding.
struct RgbImage {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> pixels;
};

inline constexpr int kMaxImageSide = 1 << 15;
inline constexpr std::int64_t kMaxImagePixels = std::int64_t{1} << 28;

/// A black image. Throws invalid_data, naming `name`, beyond kMaxImageSide or kMaxImagePixels.
RgbImage make_image(std::int64_t width, std::int64_t height, const std::string& name);

/// Decodes a JPEG or PNG file (told by its first bytes) to the pixels that Pillow's Image.open(f).convert("RGB") gives:
/// gray is repeated, alpha dropped, palettes looked up, CMYK taken as Adobe's inverted; 16 bits keep their high byte,
/// but 16-bit gray is clipped at 255; orientation, gamma and colour profiles are ignored.
/// Throws invalid_data, naming `name`: another format, damaged, truncated, too large.
RgbImage decode_image(std::string_view bytes, const std::string& name);

/// The same for one format.
RgbImage decode_jpeg(std::string_view bytes, const std::string& name);
RgbImage decode_png(std::string_view bytes, const std::string& name);

}  // namespace halftone
