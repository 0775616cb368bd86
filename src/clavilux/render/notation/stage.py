"""Stage: what all looks of notes share: colours of tracks, light that fades, a glowing canvas.

Conventions
-----------
- Places are in pixels of the picture, x right, y down, as floats: lines are smooth.
- Colours are linear enough: sRGB values 0 to 1, added up as light is, and clipped.
"""

import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from clavilux.core.colour import srgb_from_oklch
from clavilux.core.notes import PlayedNotes
from clavilux.core.values import Size
from clavilux.matter.palettes import Palette, find

SHAPES = ("round", "diamond", "square", "triangle", "hexagon")
RING_S, HELD_S, GONE_S = 0.5, 0.9, 0.7
"""Seconds: of the flare at an onset, and in which the light of a note that is held, and of one that
was let go, falls to a third."""
_FINE = 4  # bits of a pixel that places are told apart by
_GROUND = "nocturne"
_HUES = (40.0, 220.0, 320.0, 150.0, 275.0, 85.0, 5.0, 185.0)
"""Of tracks without a palette, in order: neighbours far apart, none twice within eight."""

Rgb = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """A piece, its colours and the picture's size."""

    notes: PlayedNotes
    size: Size
    palette: Palette | None
    low: float
    high: float
    """The range of pitches that is shown."""
    colours: NDArray[np.float64]
    """Of the tracks, shape (n_tracks, 3)."""
    ground: NDArray[np.uint8]
    """The picture behind all notes, sRGB."""
    latest_end: NDArray[np.float64]
    """When the last of all notes up to each one ends."""

    @classmethod
    def of(cls, notes: PlayedNotes, size: Size, palette: Palette | None) -> "Stage":
        """Prepare the stage for a piece."""
        pitched = notes.pitch[~notes.is_drum].astype(np.float64)
        low, high = (pitched.min(), pitched.max()) if len(pitched) else (48.0, 84.0)
        spare = max(2.0, (18 - (high - low)) / 2)
        n_tracks = max(1, len(notes.track_names))
        return cls(
            notes,
            size,
            palette,
            float(low) - spare,
            float(high) + spare,
            _colours(n_tracks, palette),
            _ground(size, palette or find(_GROUND)),
            np.maximum.accumulate(notes.offset_s) if len(notes) else notes.offset_s,
        )

    def height_of(self, pitch: float) -> float:
        """Return a pitch's place from 0 at the lowest to 1 at the highest shown."""
        return (pitch - self.low) / (self.high - self.low)

    def light(self, note: int, time_s: float) -> float:
        """Return how brightly a note shines, 0 before its onset, 1 for the loudest at it."""
        age = time_s - self.notes.onset_s[note]
        if age < 0:
            return 0.0
        held = min(age, max(0.0, self.notes.offset_s[note] - self.notes.onset_s[note]))
        loud = 0.35 + 0.65 * (self.notes.velocity[note] / 127) ** 1.3
        light = loud * (0.4 + 0.6 * math.exp(-held / HELD_S))
        return float(light * math.exp(-(age - held) / GONE_S))

    def sounding(self, time_s: float, before_s: float) -> range:
        """Return the notes that have begun by `time_s`, less those over for `before_s` seconds."""
        first = int(np.searchsorted(self.latest_end, time_s - before_s, side="right"))
        return range(first, int(np.searchsorted(self.notes.onset_s, time_s, side="right")))

    def shape_of(self, note: int) -> str:
        """Return the shape of a note's track."""
        return SHAPES[int(self.notes.track[note]) % len(SHAPES)]

    def colour_of(self, note: int) -> Rgb:
        """Return the colour of a note's track."""
        return np.asarray(self.colours[int(self.notes.track[note]) % len(self.colours)])


class Canvas:
    """Light drawn on black, with a halo."""

    def __init__(self, size: Size) -> None:
        self.size = size
        self._light = np.zeros((size.height, size.width, 3), dtype=np.uint8)
        self._faint = np.zeros_like(self._light)  # outlines, which must not dim what they cross

    def line(self, points: NDArray[np.floating[Any]], colour: Rgb, width: float) -> None:
        """Draw a line through points, shape (n, 2)."""
        self._stroke(self._light, points, colour, width, is_closed=False)

    def faint_line(self, points: NDArray[np.floating[Any]], colour: Rgb, width: float) -> None:
        """Draw a line behind what shines."""
        self._stroke(self._faint, points, colour, width, is_closed=False)

    def shape(
        self, kind: str, x: float, y: float, radius: float, colour: Rgb, *, width: float = 0
    ) -> None:
        """Draw a shape around a place: filled, or its outline if `width` is given."""
        if kind == "round":
            n, turn = 40, 0.0
        else:
            n, turn = {
                "diamond": (4, 0.0), "square": (4, math.pi / 4),
                "triangle": (3, -math.pi / 2), "hexagon": (6, 0.0),
            }[kind]  # fmt: skip
        angles = np.arange(n) * 2 * math.pi / n + turn
        points = np.stack([x + radius * np.cos(angles), y + radius * np.sin(angles)], axis=1)
        if width:
            self._stroke(self._faint, points, colour, width, is_closed=True)
        else:
            cv2.fillPoly(
                self._light, [self._fixed(points)], _code(colour), cv2.LINE_AA, shift=_FINE
            )

    def _stroke(
        self,
        layer: NDArray[np.uint8],
        points: NDArray[np.floating[Any]],
        colour: Rgb,
        width: float,
        *,
        is_closed: bool,
    ) -> None:
        if len(points) < 2:
            return
        cv2.polylines(
            layer,
            [self._fixed(points)],
            is_closed,
            _code(colour),
            max(1, round(width)),
            cv2.LINE_AA,
            shift=_FINE,
        )

    @staticmethod
    def _fixed(points: NDArray[np.floating[Any]]) -> NDArray[np.int32]:
        return np.asarray(np.rint(np.clip(points, -9999, 9999) * (1 << _FINE)), dtype=np.int32)

    def lit(self, glow: float) -> NDArray[np.uint8]:
        """Return what was drawn, with its halo."""
        width, height = self.size
        drawn = cv2.max(self._light, self._faint)
        small = cv2.resize(
            drawn, (max(1, width // 4), max(1, height // 4)), interpolation=cv2.INTER_AREA
        )
        near = cv2.GaussianBlur(small, (0, 0), max(0.8, height / 4 / 60))
        far = cv2.GaussianBlur(small, (0, 0), max(1.5, height / 4 / 16))
        halo = cv2.addWeighted(near, 0.8 + glow, far, 0.7 + 1.8 * glow, 0)
        return np.asarray(cv2.add(drawn, cv2.resize(halo, (width, height))), dtype=np.uint8)


def white_hot(colour: Rgb, share: float) -> Rgb:
    """Return a colour on its way to white."""
    return np.asarray(colour + (1 - colour) * share)


def _code(colour: Rgb) -> tuple[float, float, float]:
    red, green, blue = (float(v) for v in np.clip(colour * 255, 0, 255))
    return red, green, blue


def _colours(n_tracks: int, palette: Palette | None) -> NDArray[np.float64]:
    if palette is None:
        lch = [
            (0.72 - 0.05 * (i // len(_HUES) % 3), 0.15, _HUES[i % len(_HUES)])
            for i in range(n_tracks)
        ]
        return srgb_from_oklch(np.array(lch))
    at = 0.92 - 0.5 * np.arange(n_tracks) / max(1, n_tracks - 1)
    stops = np.array(palette.stops)
    nearest = np.clip(np.rint(at * (len(stops) - 1)).astype(int), 0, len(stops) - 1)
    chosen = stops[nearest].copy()
    chosen[:, 0] = np.maximum(chosen[:, 0], 0.62)  # light is seen on a dark ground
    return srgb_from_oklch(chosen)


def _ground(size: Size, palette: Palette) -> NDArray[np.uint8]:
    """Return a dark ground, a little lighter in the middle."""
    width, height = size
    y, x = np.mgrid[0:height, 0:width]
    away = np.hypot((x / width - 0.5) * 1.1, (y / height - 0.5) * 1.2)
    _, chroma, hue = min(palette.stops)
    light = 0.19 - 0.1 * np.clip(away * 1.5, 0, 1)
    lch = np.stack([light, np.full_like(light, min(chroma, 0.06)), np.full_like(light, hue)], -1)
    grain = np.random.default_rng(0).random(lch.shape[:2])[..., None]  # no steps in dark slopes
    return np.asarray(np.floor(255 * srgb_from_oklch(lch) + grain), dtype=np.uint8)
