"""A plot of music: its waveform, notes or hits, sections and beats over the curves they make.

All lie on one time axis, the one of `clavilux.draw.curves`, whose strips stand below.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from os import PathLike

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from clavilux.core.values import Curves, Section
from clavilux.draw.curves import FAINT, GRID, INK, LINES, PAPER, TimeAxis, curves_image, save

_TITLE, _BAND, _WAVE, _ROLL, _HITS, _GAP = 44, 24, 76, 132, 16, 12
_SECTIONS = ("#dbe7f5", "#f6e3d8", "#dff0e2", "#ecdff3", "#f5efd6", "#d9eef0", "#f7dce6")
_WAVE_COLOUR, _BEAT = "#7d8792", "#f1f3f5"


@dataclass(frozen=True, slots=True, eq=False)
class NoteTrack:
    """Pitched notes of one track. Shapes (n_notes,)."""

    name: str
    onset_s: NDArray[np.float64]
    offset_s: NDArray[np.float64]
    pitch: NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class MusicPlot:
    """All that the plot shows."""

    title: str
    start_s: float
    duration_s: float
    peaks: NDArray[np.float32]
    """Lowest and highest sample in each of some stretches of equal length, shape (n, 2)."""
    tracks: Sequence[NoteTrack]
    hits: Mapping[str, NDArray[np.float64]]
    """Instants by name: drums, onsets."""
    sections: Sequence[Section]
    beats_s: NDArray[np.float64]
    downbeats_s: NDArray[np.float64]
    curves: Curves


def plot_music(plot: MusicPlot, path: str | PathLike[str], *, width: int = 1400) -> None:
    """Draw `plot` and write it to `path` as PNG.

    Raises:
        OutputError: The picture cannot be written.
    """
    head = _Head(plot, width).image
    strips = curves_image(plot.curves, start_s=plot.start_s, width=width)
    page = Image.new("RGB", (width, head.height + strips.height), PAPER)
    page.paste(head, (0, 0))
    page.paste(strips, (0, head.height))
    save(page, path)


class _Head:
    """What stands above the curves."""

    def __init__(self, plot: MusicPlot, width: int) -> None:
        self._plot = plot
        self._hits = {name: times for name, times in plot.hits.items() if len(times)}
        height = _TITLE + _BAND + _GAP + _WAVE + _GAP + len(self._hits) * _HITS + _GAP
        height += (_ROLL + _GAP) if plot.tracks else 0
        self.image = Image.new("RGB", (width, height), PAPER)
        self._draw = ImageDraw.Draw(self.image)
        self._axis = TimeAxis.of(width, plot.start_s, plot.duration_s)
        self._draw.text(
            (self._axis.left, 12), plot.title, fill=INK, font=ImageFont.load_default(18)
        )
        self._y = _TITLE
        self._beats(height)
        self._sections()
        self._waveform()
        if plot.tracks:
            self._roll()
        self._instants()

    def _x(self, time_s: float) -> float:
        left, right = self._axis.left, self._axis.left + self._axis.width
        return min(max(self._axis.x(time_s), left), right)

    def _name(self, text: str, y: float, colour: str = INK, size: int = 14) -> None:
        at = (self._axis.left - 12, y)
        self._draw.text(at, text, fill=colour, font=ImageFont.load_default(size), anchor="rm")

    def _inside(self, times_s: NDArray[np.float64]) -> list[float]:
        end = self._plot.start_s + self._plot.duration_s
        kept = times_s[(times_s >= self._plot.start_s) & (times_s <= end)]
        return [float(time) for time in kept]

    def _beats(self, bottom: int) -> None:
        crowded = self._axis.width / 5
        for times, colour in ((self._plot.beats_s, _BEAT), (self._plot.downbeats_s, GRID)):
            inside = self._inside(times)
            if len(inside) <= crowded:
                for time in inside:
                    x = self._x(time)
                    self._draw.line([(x, _TITLE + _BAND), (x, bottom)], fill=colour)

    def _sections(self) -> None:
        labels = list(dict.fromkeys(section.label for section in self._plot.sections))
        for section in self._plot.sections:
            left, right = self._x(section.start_s), self._x(section.end_s)
            if right - left < 1:
                continue
            colour = _SECTIONS[labels.index(section.label) % len(_SECTIONS)]
            self._draw.rectangle([left, self._y, right - 1, self._y + _BAND - 4], fill=colour)
            font = ImageFont.load_default(13)
            if self._draw.textlength(section.label, font=font) < right - left - 10:
                self._draw.text((left + 6, self._y + 3), section.label, fill=INK, font=font)
        self._name("sections", self._y + _BAND / 2 - 2)
        self._y += _BAND + _GAP

    def _waveform(self) -> None:
        middle, half = self._y + _WAVE / 2, _WAVE / 2
        self._name("sound", middle)
        loudest = max(float(np.abs(self._plot.peaks).max(initial=0)), 1e-6)
        n = len(self._plot.peaks)
        for i, (low, high) in enumerate(self._plot.peaks.tolist()):
            x = self._axis.left + i / n * self._axis.width
            ends = (middle - high / loudest * half, middle - low / loudest * half)
            self._draw.line([(x, ends[0]), (x, ends[1])], fill=_WAVE_COLOUR)
        self._y += _WAVE + _GAP

    def _roll(self) -> None:
        pitches = np.concatenate([track.pitch for track in self._plot.tracks])
        low, high = int(pitches.min()) - 2, int(pitches.max()) + 2
        self._name("notes", self._y + _ROLL / 2)
        thick = max(1.0, min(3.0, _ROLL / (high - low) * 0.45))
        end = self._plot.start_s + self._plot.duration_s
        for number, track in enumerate(self._plot.tracks):
            colour = LINES[number % len(LINES)]
            columns = zip(track.onset_s, track.offset_s, track.pitch.tolist(), strict=True)
            for onset, offset, pitch in columns:
                if offset < self._plot.start_s or onset > end:
                    continue
                y = self._y + _ROLL * (1 - (pitch - low) / (high - low))
                left = self._x(float(onset))
                right = max(self._x(float(offset)), left + 1.5)
                self._draw.rectangle([left, y - thick, right, y + thick], fill=colour)
        self._y += _ROLL + _GAP

    def _instants(self) -> None:
        for number, (name, times) in enumerate(self._hits.items()):
            colour = LINES[number % len(LINES)]
            self._name(name.replace("_", " "), self._y + _HITS / 2, colour, 12)
            for time in self._inside(times):
                x = self._x(time)
                self._draw.line([(x, self._y + 2), (x, self._y + _HITS - 3)], fill=colour, width=2)
            self._y += _HITS
        self._draw.text(
            (12, self.image.height - 4),
            f"{len(self._plot.tracks)} tracks" if self._plot.tracks else "a recording",
            fill=FAINT,
            font=ImageFont.load_default(12),
            anchor="lb",
        )
