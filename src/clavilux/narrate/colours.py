"""Colours of sounds: a frequency becomes a hue, and the hue has a name.

Conventions
-----------
- A pitch class becomes a hue, whatever its octave: C is red (0°), a semitone up 30° more.
- Where nothing is pitched the spectral centroid does: 36° for each of ten octaves from 20 Hz.
- Colours are of full saturation and brightness (HSV), written ``#rrggbb``.
- A name is that of the nearest, in CIELAB (D65), of the 949 of xkcd's survey.
"""

import colorsys
import math
import re
from functools import lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import ArrayLike, NDArray

from clavilux.core.colour import oklch_from_srgb, srgb_from_oklch

LOWEST_HZ = 20.0
OCTAVES = 10
MOST_CHROMA = 0.17
"""OKLCH chroma of a story's colours in its film: chosen by eye on films of our own piece, in
which the full green of E shouted at .29."""
SILENT = "#000000"
"""The colour of silence."""
_C0_HZ = 440 * 2 ** (-57 / 12)
_HEX = re.compile(r"#[0-9a-fA-F]{6}")
_XYZ_OF_RGB = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
_WHITE = np.array([0.95047, 1.0, 1.08883])  # D65


def of_hue(degrees: float) -> str:
    """Return the full colour of a hue."""
    rgb = colorsys.hsv_to_rgb(degrees / 360 % 1.0, 1.0, 1.0)
    return "#" + "".join(f"{round(255 * value):02x}" for value in rgb)


def of_pitch_class(pitch_class: float) -> str:
    """Return the colour of a pitch class: 0 is C, 9 is A; fractions lie between."""
    return of_hue(30 * pitch_class)


def of_pitched(hertz: float) -> str:
    """Return the colour of a tone of this frequency, the same in every octave."""
    return of_pitch_class(round(12 * math.log2(hertz / _C0_HZ)) % 12)


def of_unpitched(centroid_hz: float) -> str:
    """Return the colour of a sound without pitch, by its spectral centroid."""
    octaves = math.log2(max(centroid_hz, LOWEST_HZ) / LOWEST_HZ)
    return of_hue(360 * min(octaves, OCTAVES - 1e-6) / OCTAVES)


def eased(colour: str) -> str:
    """Return a colour with no more chroma than a picture full of it can bear, of the same hue."""
    lightness, chroma, hue = oklch_from_srgb(rgb_of(colour)).tolist()
    if chroma <= MOST_CHROMA:
        return colour.lower()
    rgb = srgb_from_oklch([lightness, MOST_CHROMA, hue])
    return "#" + "".join(f"{round(255 * float(value)):02x}" for value in rgb)


def name_of(colour: str) -> str:
    """Return the name nearest to a colour.

    Raises:
        ValueError: It is not written ``#rrggbb``.
    """
    if not _HEX.fullmatch(colour):
        raise ValueError(f"colour {colour!r}; expected #rrggbb")
    return _name(colour.lower())


def rgb_of(colour: str) -> tuple[float, float, float]:
    """Return the red, green and blue of ``#rrggbb``, 0 to 1."""
    r, g, b = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return r, g, b


def lab_from_srgb(rgb: ArrayLike) -> NDArray[np.float64]:
    """Turn sRGB (…, 3), 0 to 1, into CIELAB (…, 3) under D65."""
    value = np.asarray(rgb, dtype=np.float64)
    linear = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    ratio = linear @ _XYZ_OF_RGB.T / _WHITE
    edge = 6 / 29
    f = np.where(ratio > edge**3, np.cbrt(ratio), ratio / (3 * edge**2) + 4 / 29)
    lightness, a = 116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1])
    return np.stack([lightness, a, 200 * (f[..., 1] - f[..., 2])], axis=-1)


@lru_cache(maxsize=1)
def names() -> dict[str, str]:
    """Return the 949 names with their colours."""
    text = files("clavilux.narrate").joinpath("colour_names.txt").read_text("utf-8")
    rows = (line.partition("\t") for line in text.splitlines() if not line.startswith("#"))
    return {name: colour for name, _, colour in rows}


@lru_cache(maxsize=4096)
def _name(colour: str) -> str:
    away = ((_labs() - lab_from_srgb(rgb_of(colour))) ** 2).sum(axis=1)
    return list(names())[int(away.argmin())]


@lru_cache(maxsize=1)
def _labs() -> NDArray[np.float64]:
    return lab_from_srgb([rgb_of(colour) for colour in names().values()])
