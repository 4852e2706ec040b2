#include <png.h>

#include <algorithm>
#include <csetjmp>
#include <cstdio>
#include <cstring>

#include "data/image_decode.h"
#include "halftone/error.h"

namespace halftone {
namespace {

/// libpng's state with its error handling: every error jumps back into attempt().
struct PngReader {
  png_structp codec = nullptr;
  png_infop info = nullptr;
  std::jmp_buf on_error;
  char message[256] = "out of memory";
  std::string_view bytes;
  png_bytepp rows = nullptr;

  ~PngReader() { png_destroy_read_struct(&codec, &info, nullptr); }
};

[[noreturn]] void raise_error(png_structp codec, png_const_charp message) {
  PngReader& reader = *static_cast<PngReader*>(png_get_error_ptr(codec));
  std::snprintf(reader.message, sizeof reader.message, "%s", message);
  std::longjmp(reader.on_error, 1);
}

void ignore_warning(png_structp, png_const_charp) {}

void take_bytes(png_structp codec, png_bytep out, std::size_t count) {
  PngReader& reader = *static_cast<PngReader*>(png_get_io_ptr(codec));
  if (count > reader.bytes.size()) png_error(codec, "the file is truncated");
  std::memcpy(out, reader.bytes.data(), count);
  reader.bytes.remove_prefix(count);
}

/// Runs a step; false when libpng reported an error. Steps own nothing, since the jump runs no destructors.
bool attempt(PngReader& reader, void (*step)(PngReader&)) {
  if (setjmp(reader.on_error) != 0) return false;
  step(reader);
  return true;
}

bool is_gray16(const PngReader& reader) {
  return png_get_color_type(reader.codec, reader.info) == PNG_COLOR_TYPE_GRAY &&
         png_get_bit_depth(reader.codec, reader.info) == 16;
}

void read_header(PngReader& reader) {
  png_set_read_fn(reader.codec, &reader, take_bytes);
  png_read_info(reader.codec, reader.info);
  if (!is_gray16(reader)) {
    png_set_strip_16(reader.codec);
    png_set_palette_to_rgb(reader.codec);
    png_set_expand_gray_1_2_4_to_8(reader.codec);
    png_set_gray_to_rgb(reader.codec);
    png_set_strip_alpha(reader.codec);
  }
  png_set_interlace_handling(reader.codec);
  png_read_update_info(reader.codec, reader.info);
}

void read_rows(PngReader& reader) { png_read_image(reader.codec, reader.rows); }

// In place, from the right, since three bytes take the place of two (the high one first).
void clip_gray16_row(std::uint8_t* row, std::size_t width) {
  for (std::size_t x = width; x-- > 0;) {
    const std::uint8_t clipped = row[2 * x] == 0 ? row[2 * x + 1] : 255;
    std::fill_n(row + 3 * x, 3, clipped);
  }
}

[[noreturn]] void fail(const PngReader& reader, const std::string& name) {
  throw Error(ErrorCode::invalid_data, name + ": damaged PNG: " + reader.message,
              "replace the file, or remove it from the folder");
}

}  // namespace

RgbImage decode_png(std::string_view bytes, const std::string& name) {
  PngReader reader;
  reader.bytes = bytes;
  reader.codec = png_create_read_struct(PNG_LIBPNG_VER_STRING, &reader, raise_error, ignore_warning);
  if (reader.codec != nullptr) reader.info = png_create_info_struct(reader.codec);
  if (reader.info == nullptr || !attempt(reader, read_header)) fail(reader, name);
  RgbImage image =
      make_image(png_get_image_width(reader.codec, reader.info), png_get_image_height(reader.codec, reader.info), name);
  const std::size_t stride = static_cast<std::size_t>(image.width) * 3;
  if (png_get_rowbytes(reader.codec, reader.info) > stride) {
    throw Error(ErrorCode::internal, name + ": PNG rows are longer than RGB");
  }
  std::vector<png_bytep> rows(static_cast<std::size_t>(image.height));
  for (std::size_t y = 0; y < rows.size(); ++y) rows[y] = image.pixels.data() + y * stride;
  reader.rows = rows.data();
  const bool gray16 = is_gray16(reader);
  if (!attempt(reader, read_rows)) fail(reader, name);
  if (gray16) std::ranges::for_each(rows, [&](png_bytep row) { clip_gray16_row(row, image.width); });
  return image;
}

}  // namespace halftone
