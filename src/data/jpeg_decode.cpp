#include <csetjmp>
#include <cstddef>
#include <cstdio>
// libjpeg's header needs size_t and FILE before it.
#include <jerror.h>
#include <jpeglib.h>

#include <algorithm>

#include "data/image_decode.h"
#include "halftone/error.h"

namespace halftone {
namespace {

// Real progressive files have about ten scans; a hostile one can have a scan every few bytes, each over all pixels.
constexpr int kMaxScans = 500;

/// libjpeg's state with its error handling: every error jumps back into attempt().
struct JpegReader {
  jpeg_decompress_struct codec{};
  jpeg_error_mgr errors{};
  jpeg_progress_mgr progress{};
  std::jmp_buf on_error;
  char message[JMSG_LENGTH_MAX] = "";
  std::string_view bytes;
  std::uint8_t* pixels = nullptr;
  std::uint8_t* row = nullptr;

  ~JpegReader() { jpeg_destroy_decompress(&codec); }
};

JpegReader& reader_of(j_common_ptr codec) { return *static_cast<JpegReader*>(codec->client_data); }

void raise_error(j_common_ptr codec) {
  JpegReader& reader = reader_of(codec);
  codec->err->format_message(codec, reader.message);
  std::longjmp(reader.on_error, 1);
}

// Damage inside the data is tolerated as by other readers; an end before all pixels are there is not.
void raise_if_truncated(j_common_ptr codec, int level) {
  if (level < 0 && codec->err->msg_code == JWRN_JPEG_EOF) raise_error(codec);
}

void raise_if_too_many_scans(j_common_ptr codec) {
  JpegReader& reader = reader_of(codec);
  if (reader.codec.input_scan_number <= kMaxScans) return;
  std::snprintf(reader.message, sizeof reader.message, "more than %d scans", kMaxScans);
  std::longjmp(reader.on_error, 1);
}

/// Runs a step; false when libjpeg reported an error. Steps own nothing, since the jump runs no destructors.
bool attempt(JpegReader& reader, void (*step)(JpegReader&)) {
  if (setjmp(reader.on_error) != 0) return false;
  step(reader);
  return true;
}

void read_header(JpegReader& reader) {
  jpeg_decompress_struct& codec = reader.codec;
  codec.err = jpeg_std_error(&reader.errors);
  codec.client_data = &reader;
  reader.errors.error_exit = raise_error;
  reader.errors.emit_message = raise_if_truncated;
  jpeg_create_decompress(&codec);
  reader.progress.progress_monitor = raise_if_too_many_scans;
  codec.progress = &reader.progress;
  jpeg_mem_src(&codec, reinterpret_cast<const unsigned char*>(reader.bytes.data()), reader.bytes.size());
  jpeg_read_header(&codec, TRUE);
  codec.dct_method = JDCT_ISLOW;
  codec.do_fancy_upsampling = TRUE;
  const bool gray = codec.num_components == 1;
  codec.out_color_space = gray ? JCS_GRAYSCALE : codec.num_components == 4 ? JCS_CMYK : JCS_RGB;
  jpeg_calc_output_dimensions(&codec);
}

void gray_to_rgb(const std::uint8_t* gray, std::uint8_t* rgb, std::size_t width) {
  for (std::size_t x = 0; x < width; ++x) std::fill_n(rgb + 3 * x, 3, gray[x]);
}

// Adobe stores CMYK inverted: what is read is already 255 - ink. A product of two is divided by 255, rounded.
void inverted_cmyk_to_rgb(const std::uint8_t* cmyk, std::uint8_t* rgb, std::size_t width) {
  for (std::size_t x = 0; x < width; ++x) {
    const int light = cmyk[4 * x + 3];
    for (std::size_t c = 0; c < 3; ++c) {
      const int product = (255 - cmyk[4 * x + c]) * light + 128;
      rgb[3 * x + c] = static_cast<std::uint8_t>(light - ((product >> 8) + product) / 256);
    }
  }
}

void read_rows(JpegReader& reader) {
  jpeg_decompress_struct& codec = reader.codec;
  jpeg_start_decompress(&codec);
  const std::size_t width = codec.output_width;
  while (codec.output_scanline < codec.output_height) {
    std::uint8_t* rgb = reader.pixels + codec.output_scanline * width * 3;
    JSAMPROW row = codec.output_components == 3 ? rgb : reader.row;
    if (jpeg_read_scanlines(&codec, &row, 1) != 1) continue;
    if (codec.output_components == 1) gray_to_rgb(row, rgb, width);
    if (codec.output_components == 4) inverted_cmyk_to_rgb(row, rgb, width);
  }
}

[[noreturn]] void fail(const JpegReader& reader, const std::string& name) {
  throw Error(ErrorCode::invalid_data, name + ": damaged JPEG: " + reader.message,
              "replace the file, or remove it from the folder");
}

}  // namespace

RgbImage decode_jpeg(std::string_view bytes, const std::string& name) {
  JpegReader reader;
  reader.bytes = bytes;
  if (!attempt(reader, read_header)) fail(reader, name);
  RgbImage image = make_image(reader.codec.output_width, reader.codec.output_height, name);
  std::vector<std::uint8_t> row(static_cast<std::size_t>(image.width) * 4);
  reader.pixels = image.pixels.data();
  reader.row = row.data();
  if (!attempt(reader, read_rows)) fail(reader, name);
  return image;
}

}  // namespace halftone
