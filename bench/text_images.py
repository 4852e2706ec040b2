"""Photographs with text drawn onto them: inputs for networks that find and read text, made because none were at hand.

Lines of prose in several fonts, sizes and colours, on photographs or on a plate of one colour, from a seed. Fonts are
Pillow's own and, where the machine has them, DejaVu's; without those the images differ from those made elsewhere.
"""

import math
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

FloatArray = npt.NDArray[np.float32]
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
Color = tuple[int, int, int]

FONTS = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSerif.ttf", "DejaVuSansMono.ttf")

DETECTOR_SIDE = 320  # a multiple of 32, as the network wants it
LINE_HEIGHT = 48
LINE_WIDTH = 320

# Both networks take BGR. The detector's figures are ImageNet's, listed for RGB and applied to BGR as they stand: so the
# network was trained.
DETECTOR_MEAN = np.array([0.485, 0.456, 0.406], dtype=np.float32)
DETECTOR_STD = np.array([0.229, 0.224, 0.225], dtype=np.float32)
LINE_MEAN = LINE_STD = np.array([0.5, 0.5, 0.5], dtype=np.float32)


def load_font(name: str | None, size: int) -> Font:
    """A font by its file name, or Pillow's own for None and where the machine does not have it."""
    if name is not None:
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            pass
    return ImageFont.load_default(size)


def read_words(file: Path) -> list[str]:
    """The words of a plain text, its marks of unknown words left out."""
    return [word for word in file.read_text(encoding="utf-8").split() if word.isalnum()]


class TextPainter:
    """Draws words of a text onto photographs; every draw takes the next numbers of the seed's sequence."""

    def __init__(self, photographs: list[Path], words: list[str], seed: int) -> None:
        """`photographs` and `words` are drawn from; neither may be empty."""
        self._photographs = photographs
        self._words = words
        self._generator = np.random.default_rng(seed)

    def _integer(self, low: int, high: int) -> int:
        return int(self._generator.integers(low, high))

    def _phrase(self, longest: int) -> str:
        start = self._integer(0, len(self._words) - longest)
        return " ".join(self._words[start : start + self._integer(1, longest + 1)])

    def _font(self, smallest: int, largest: int) -> Font:
        choice = self._integer(-1, len(FONTS))
        return load_font(FONTS[choice] if choice >= 0 else None, self._integer(smallest, largest + 1))

    def _photograph(self, width: int, height: int) -> Image.Image:
        with Image.open(self._photographs[self._integer(0, len(self._photographs))]) as image:
            return image.convert("RGB").resize((width, height), Image.Resampling.BILINEAR)

    def _colors(self, behind: float) -> tuple[Color, Color]:
        """Text and plate: one dark and one light, the text the one that stands out from brightness `behind`."""
        dark, light = (tuple(int(v) for v in self._generator.integers(*limits, 3)) for limits in ((0, 80), (176, 256)))
        first, second = (light, dark) if behind < 128 else (dark, light)
        return (first[0], first[1], first[2]), (second[0], second[1], second[2])

    def _write(self, image: Image.Image, x: int, y: int, text: str, font: Font) -> None:
        draw = ImageDraw.Draw(image)
        left, top, right, bottom = (int(v) for v in draw.textbbox((x, y), text, font=font))
        behind = np.asarray(image.convert("L"))[max(top, 0) : bottom, max(left, 0) : right]
        color, plate = self._colors(float(behind.mean()) if behind.size else 0.0)
        if self._generator.random() < 0.3:
            draw.rectangle((left - 3, top - 3, right + 3, bottom + 3), fill=plate)
        draw.text((x, y), text, fill=color, font=font)

    def scene(self) -> Image.Image:
        """A photograph with 2 to 7 lines of text, none over another."""
        image = self._photograph(DETECTOR_SIDE, DETECTOR_SIDE)
        y = self._integer(4, 30)
        for _ in range(self._integer(2, 8)):
            font = self._font(12, 34)
            text = self._phrase(5)
            _, _, _, bottom = ImageDraw.Draw(image).textbbox((0, y), text, font=font)
            if bottom > DETECTOR_SIDE - 4:
                break
            self._write(image, self._integer(4, DETECTOR_SIDE // 3), y, text, font)
            y = int(bottom) + self._integer(8, 40)
        return image

    def line(self) -> tuple[Image.Image, str]:
        """One line of text as a detector cuts it out, with little around it; and what it says."""
        font = self._font(20, 44)
        text = self._phrase(4)
        left, top, right, bottom = (
            int(v) for v in ImageDraw.Draw(Image.new("RGB", (1, 1))).textbbox((0, 0), text, font)
        )
        margin = self._integer(2, 8)
        image = self._photograph(right - left + 2 * margin, bottom - top + 2 * margin)
        self._write(image, margin - left, margin - top, text, font)
        return image, text


def planes(image: Image.Image, mean: FloatArray, std: FloatArray) -> FloatArray:
    """(3, height, width), BGR, from 0..255 to 0..1, less `mean`, over `std`."""
    bgr = np.asarray(image, dtype=np.float32)[:, :, ::-1] / np.float32(255)
    return np.ascontiguousarray(((bgr - mean) / std).transpose(2, 0, 1))


def line_planes(image: Image.Image) -> FloatArray:
    """One line at the recogniser's height: (3, 48, 320), shrunk if it is longer, zeros behind it if it is shorter."""
    width = min(LINE_WIDTH, math.ceil(LINE_HEIGHT * image.width / image.height))
    result = np.zeros((3, LINE_HEIGHT, LINE_WIDTH), dtype=np.float32)
    resized = image.resize((width, LINE_HEIGHT), Image.Resampling.BILINEAR)
    result[:, :, :width] = planes(resized, LINE_MEAN, LINE_STD)
    return result


def painter_of_assets(assets: Path, seed: int) -> TextPainter:
    """Photographs and prose from the assets, in a fixed order."""
    photographs = sorted((assets / "imagenet" / "images").glob("*.JPEG"))
    return TextPainter(photographs, read_words(assets / "wikitext2" / "valid.txt"), seed)


def detector_samples(painter: TextPainter, count: int) -> dict[str, npt.NDArray[Any]]:
    """Input of the detector: (count, 3, 320, 320)."""
    return {"x": np.stack([planes(painter.scene(), DETECTOR_MEAN, DETECTOR_STD) for _ in range(count)])}


def recogniser_samples(painter: TextPainter, count: int) -> dict[str, npt.NDArray[Any]]:
    """Input of the recogniser: (count, 3, 48, 320)."""
    return {"x": np.stack([line_planes(painter.line()[0]) for _ in range(count)])}
