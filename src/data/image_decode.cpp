#include "data/image_decode.h"

#include "halftone/error.h"

namespace halftone {

RgbImage make_image(std::int64_t width, std::int64_t height, const std::string& name) {
  const bool sides_fit = width >= 1 && height >= 1 && width <= kMaxImageSide && height <= kMaxImageSide;
  if (!sides_fit || width * height > kMaxImagePixels) {
    throw Error(ErrorCode::invalid_data,
                name + ": an image of " + std::to_string(width) + " x " + std::to_string(height) + " pixels",
                "sides up to " + std::to_string(kMaxImageSide) + " and " + std::to_string(kMaxImagePixels) +
                    " pixels in all can be read");
  }
  RgbImage image{static_cast<int>(width), static_cast<int>(height), {}};
  image.pixels.resize(static_cast<std::size_t>(width * height * 3));
  return image;
}

RgbImage decode_image(std::string_view bytes, const std::string& name) {
  if (bytes.starts_with("\xFF\xD8\xFF")) return decode_jpeg(bytes, name);
  if (bytes.starts_with("\x89PNG\r\n\x1A\n")) return decode_png(bytes, name);
  throw Error(ErrorCode::invalid_data, name + ": neither a JPEG nor a PNG image",
              "convert it, or remove it from the folder");
}

}  // namespace halftone
