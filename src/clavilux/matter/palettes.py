"""Palettes: named runs of colour from dark to light, built in OKLCH.

A palette is a handful of stops along a line from 0 (the depths) to 1 (the
crests). Between stops colours run straight in OKLab, so that no step of it is
muddier or brighter than its neighbours. Every palette has a companion, the same
colours seen otherwise: the parameter `palette` moves between the two.

Conventions
-----------
- A stop is OKLCH: lightness 0 to 1, chroma 0 to about 0.37, hue in degrees.
"""

import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from clavilux.core.colour import oklab_from_srgb, oklch_from_srgb
from clavilux.core.errors import InputError
from clavilux.core.values import Rgb

NEIGHBOUR = 28.0
"""Degrees: hues so near are taken for relatives; the looks in their palettes and the
palettes so turned were looked at side by side."""
PASSAGE = 0.2
"""Share of the way between two stops in which a kept palette passes from hue to hue."""

Stop = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours from the depths to the crests of a picture."""

    name: str
    stops: tuple[Stop, ...]
    """OKLCH colours, evenly spaced from position 0 to 1; at least two."""
    kept: bool = False
    """Whether no other hues than those of its stops may be seen, as of palettes that a user gives:
    between two stops of other hues the colour passes quickly from the one to the other."""

    def __post_init__(self) -> None:
        if len(self.stops) < 2:
            raise ValueError(
                f"palette {self.name!r} has {len(self.stops)} stop; expected 2 or more"
            )

    def oklab(self, n: int = 256) -> NDArray[np.float64]:
        """Return `n` colours from one end to the other in OKLab, shape (n, 3)."""
        lightness, chroma, hue = np.array(self.stops, dtype=np.float64).T
        lab = np.stack(
            [lightness, chroma * np.cos(np.radians(hue)), chroma * np.sin(np.radians(hue))], axis=1
        )
        at = np.linspace(0, len(lab) - 1, n)
        first = np.minimum(at.astype(int), len(lab) - 2)
        share = (at - first)[:, None]
        share = share + 0.5 * (share * share * (3 - 2 * share) - share)  # rounds the corners
        run = lab[first] * (1 - share) + lab[first + 1] * share
        if self.kept:
            quick = np.clip((share - 0.5) / PASSAGE + 0.5, 0, 1)
            run[:, 1:] = lab[first, 1:] * (1 - quick) + lab[first + 1, 1:] * quick
        return np.asarray(run, dtype=np.float64)

    def turned(self, degrees: float) -> "Palette":
        """Return the same palette with every hue turned."""
        stops = tuple((light, chroma, hue + degrees) for light, chroma, hue in self.stops)
        return Palette(f"{self.name}{degrees:+g}", stops, self.kept)

    def dark_to_light(self) -> "Palette":
        """Return the same palette with its stops in order of lightness."""
        return replace(self, stops=tuple(sorted(self.stops)))


_ALL = (
    Palette(
        "abyss",
        ((0.13, 0.035, 255), (0.27, 0.075, 238), (0.46, 0.105, 212), (0.66, 0.115, 192),
         (0.83, 0.085, 178), (0.95, 0.035, 100)),
    ),
    Palette(
        "ember",
        ((0.12, 0.035, 15), (0.26, 0.095, 22), (0.44, 0.160, 32), (0.62, 0.170, 48),
         (0.80, 0.145, 76), (0.95, 0.060, 95)),
    ),
    Palette(
        "dusk",
        ((0.14, 0.055, 275), (0.28, 0.110, 290), (0.44, 0.150, 330), (0.62, 0.165, 18),
         (0.79, 0.120, 58), (0.95, 0.045, 90)),
    ),
    Palette(
        "iris",
        ((0.14, 0.070, 280), (0.30, 0.140, 283), (0.47, 0.165, 300), (0.64, 0.140, 328),
         (0.81, 0.085, 10), (0.95, 0.030, 70)),
    ),
    Palette(
        "moss",
        ((0.13, 0.025, 170), (0.27, 0.060, 158), (0.44, 0.095, 148), (0.63, 0.120, 130),
         (0.82, 0.125, 112), (0.95, 0.055, 100)),
    ),
    Palette(
        "saffron",
        ((0.14, 0.030, 300), (0.28, 0.075, 350), (0.45, 0.120, 30), (0.65, 0.140, 62),
         (0.83, 0.140, 88), (0.96, 0.045, 98)),
    ),
    Palette(
        "reef",
        ((0.15, 0.050, 250), (0.33, 0.085, 225), (0.52, 0.095, 195), (0.68, 0.100, 30),
         (0.80, 0.105, 40), (0.95, 0.035, 85)),
    ),
    Palette(
        "polar",
        ((0.13, 0.045, 268), (0.21, 0.090, 285), (0.37, 0.120, 285), (0.56, 0.125, 190),
         (0.80, 0.185, 152), (0.95, 0.090, 125)),
    ),
    Palette(
        "porcelain",
        ((0.22, 0.095, 262), (0.38, 0.130, 260), (0.58, 0.105, 255), (0.78, 0.055, 245),
         (0.91, 0.020, 220), (0.97, 0.012, 95)),
    ),
    Palette(
        "sumi",
        ((0.13, 0.010, 60), (0.28, 0.016, 55), (0.47, 0.022, 60), (0.68, 0.028, 75),
         (0.86, 0.030, 85), (0.96, 0.020, 92)),
    ),
    Palette(
        "matisse",
        ((0.24, 0.060, 265), (0.42, 0.130, 258), (0.56, 0.180, 28), (0.70, 0.130, 165),
         (0.82, 0.150, 85), (0.95, 0.030, 92)),
    ),
    Palette(
        "cathedral",
        ((0.34, 0.150, 265), (0.42, 0.170, 22), (0.55, 0.130, 150), (0.62, 0.155, 45),
         (0.80, 0.150, 88), (0.72, 0.110, 220)),
    ),
    Palette(
        "nocturne",
        ((0.10, 0.030, 265), (0.22, 0.085, 275), (0.38, 0.140, 305), (0.57, 0.160, 345),
         (0.76, 0.115, 30), (0.95, 0.050, 80)),
    ),
    Palette(
        "rosewood",
        ((0.15, 0.030, 25), (0.30, 0.060, 20), (0.47, 0.090, 20), (0.66, 0.095, 35),
         (0.83, 0.070, 60), (0.95, 0.028, 85)),
    ),
)  # fmt: skip

PALETTES: dict[str, Palette] = {palette.name: palette for palette in _ALL}
"""Every named palette."""

_PART = re.compile(r"\s*(\w+\([^)]*\)?|[^,;]+)\s*(?:[,;]|$)")
_HEX = re.compile(r"#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$")
_OKLCH = re.compile(r"oklch\(\s*([\d.]+)(%?)[\s,]+([\d.]+)[\s,]+(-?[\d.]+)(?:deg)?\s*\)$")
_MOST_STOPS = 64


def find(text: str) -> Palette:
    """Return the palette that `text` names or writes out.

    Args:
        text: A name, or two or more colours from dark to light with commas between,
            each ``#rrggbb`` or ``oklch(0.6 0.12 250)``.

    Raises:
        InputError: It is neither; the message names the colour that is none.
    """
    if text.strip().lower() in PALETTES:
        return PALETTES[text.strip().lower()]
    if not is_written_out(text):
        raise InputError(
            f"no palette is called {text!r}; there are: {', '.join(sorted(PALETTES))}; or give "
            "two or more colours, such as '#101830, oklch(0.6 0.12 200), #f0e8d0', or a picture"
        )
    stops = [_stop(part.strip().lower()) for part in _PART.findall(text)]
    if not 2 <= len(stops) <= _MOST_STOPS:
        raise InputError(
            f"the palette {text!r} has {len(stops)} colour{'s' * (len(stops) != 1)}; "
            f"expected 2 to {_MOST_STOPS}, from dark to light, with commas between"
        )
    palette = Palette("by hand", tuple(stops))
    if palette.dark_to_light() != palette:
        warnings.warn("the palette's colours are put in order from dark to light", stacklevel=2)
    return palette.dark_to_light()


def is_written_out(text: str) -> bool:
    """Return whether `text` means colours rather than a name."""
    return "#" in text or "oklch" in text.lower()


def companion(palette: Palette) -> Palette:
    """Return the palette that goes with `palette`: its hues turned to their neighbours', or, of
    one that is kept, each stop in the hue of the next."""
    if not palette.kept:
        return palette.turned(NEIGHBOUR)
    following = (*palette.stops[1:], palette.stops[-2])
    stops = [(a[0] * 0.9 + 0.06, b[1], b[2]) for a, b in zip(palette.stops, following, strict=True)]
    return Palette(f"{palette.name} otherwise", tuple(stops), kept=True)


def from_picture(picture: Rgb, n: int = 6, seed: int = 0) -> Palette:
    """Build a palette from a picture's own colours, dark to light.

    Args:
        picture: sRGB, shape (height, width, 3).
        n: How many stops.
        seed: Picks the pixels that are looked at.
    """
    rng = np.random.default_rng(seed)
    pixels = picture.reshape(-1, 3)
    lab = oklab_from_srgb(pixels[rng.integers(0, len(pixels), 4096)] / 255)
    centres = np.quantile(lab[:, 0], (np.arange(n) + 0.5) / n)
    means = lab[np.argsort(lab[:, 0])].reshape(-1, 3)[np.linspace(0, len(lab) - 1, n).astype(int)]
    means[:, 0] = centres
    for _ in range(12):  # k-means
        nearest = np.argmin(((lab[:, None] - means) ** 2).sum(axis=-1), axis=1)
        for i in range(n):
            if np.any(nearest == i):
                means[i] = lab[nearest == i].mean(axis=0)
    return Palette("from a picture", _dark_to_light(means))


def _dark_to_light(lab: NDArray[np.float64]) -> tuple[Stop, ...]:
    ordered = lab[np.argsort(lab[:, 0])]
    lightness, wanted = ordered[:, 0], np.linspace(0.14, 0.94, len(ordered))
    lightness = 0.5 * lightness + 0.5 * wanted  # flat pictures get some depth
    chroma = np.hypot(ordered[:, 1], ordered[:, 2])
    hue = np.degrees(np.arctan2(ordered[:, 2], ordered[:, 1]))
    return tuple(
        (float(a), float(b), float(c)) for a, b, c in zip(lightness, chroma, hue, strict=True)
    )


def _stop(text: str) -> Stop:
    if match := _HEX.match(text):
        digits = match[1] if len(match[1]) == 6 else "".join(2 * digit for digit in match[1])
        rgb: Sequence[float] = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
        lightness, chroma, hue = oklch_from_srgb(rgb)
        return float(lightness), float(chroma), float(hue)
    if match := _OKLCH.match(text):
        try:
            lightness = float(match[1]) / (100 if match[2] else 1)
            chroma, hue = float(match[3]), float(match[4])
        except ValueError:
            lightness = chroma = hue = -1.0
        if 0 <= lightness <= 1 and 0 <= chroma <= 0.5:
            return lightness, chroma, hue % 360
    raise InputError(
        f"the colour {text!r} is none; write #rrggbb, or oklch(lightness chroma hue) with "
        "lightness 0 to 1, chroma 0 to about 0.37 and hue in degrees"
    )
