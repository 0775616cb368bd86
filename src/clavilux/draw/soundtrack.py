"""A picture of a soundtrack: the film, its cuts, its mood and the music, on one timeline.

From top to bottom: a strip of the film with its cuts, what was seen as curves,
the parts and chords, and every instrument's notes as a piano roll, over bars.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from os import PathLike

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont, ImageOps

from clavilux.core.files import atomic_output
from clavilux.core.values import Rgb, Score, Section, Series, Span

_PAPER, _INK, _FAINT, _GRID, _BEAT = "#ffffff", "#22262b", "#8a929b", "#e4e7ea", "#c9ced4"
_COLOURS = ("#2f6db5", "#b5542f", "#3d8b4f", "#8a4fa8", "#a8862a", "#2f8f9d", "#b53a68")
_LEFT, _RIGHT, _TOP = 150, 24, 46
_FILM, _CURVE, _LABELS, _ROLL, _GAP = 72, 54, 40, 62, 14


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """All that the picture shows."""

    title: str
    duration_s: float
    stills: Sequence[Rgb]
    """Pictures of the film at even distances."""
    cuts_s: NDArray[np.float64]
    series: Mapping[str, Series]
    """What was seen, by name: motion, brightness …"""
    parts: Sequence[Section]
    chords: Sequence[Span]
    """Each chord as the sentence of a span."""
    downbeats_s: NDArray[np.float64]
    score: Score
    rows: str = "parts, chords"
    """What the row of parts is called."""


def draw_soundtrack(scene: Scene, path: str | PathLike[str], *, width: int = 1600) -> None:
    """Draw `scene` and write it to `path` as PNG.

    Raises:
        OutputError: The picture cannot be written.
    """
    page = _Page(scene, width)
    page.film()
    page.curves()
    page.harmony()
    page.rolls()
    with atomic_output(path) as partial:
        page.image.save(partial, format="PNG", optimize=True)


class _Page:
    def __init__(self, scene: Scene, width: int) -> None:
        self.scene, self.width = scene, width
        self.tracks = [track for track in scene.score.tracks if len(track.notes)]
        height = _TOP + _FILM + _LABELS + 4 * _GAP + 30
        height += len(scene.series) * (_CURVE + _GAP) + len(self.tracks) * (_ROLL + _GAP)
        self.image = Image.new("RGB", (width, height), _PAPER)
        self.draw = ImageDraw.Draw(self.image)
        self.font, self.small = ImageFont.load_default(15), ImageFont.load_default(11)
        self.draw.text((_LEFT, 12), scene.title, fill=_INK, font=ImageFont.load_default(18))
        self.y = _TOP
        self._bars(height - 30)

    def x(self, time_s: float) -> float:
        share = min(max(time_s / self.scene.duration_s, 0.0), 1.0)
        return _LEFT + share * (self.width - _LEFT - _RIGHT)

    def name(self, text: str) -> None:
        self.draw.text((12, self.y + 4), text, fill=_INK, font=self.font)

    def film(self) -> None:
        self.name("film")
        edges = np.linspace(_LEFT, self.width - _RIGHT, len(self.scene.stills) + 1)
        for still, (left, right) in zip(
            self.scene.stills, pairwise(np.rint(edges).astype(int).tolist()), strict=True
        ):
            picture = ImageOps.fit(Image.fromarray(still), (right - left, _FILM))
            self.image.paste(picture, (left, self.y))
        for time in self.scene.cuts_s:
            x = self.x(time)
            self.draw.line([(x, self.y - 5), (x, self.y + _FILM + 5)], fill="#d9342b", width=2)
        self.y += _FILM + _GAP

    def curves(self) -> None:
        for number, (name, series) in enumerate(self.scene.series.items()):
            self.name(name)
            times = np.linspace(0, self.scene.duration_s, self.width)
            values = series.at(times)
            low, high = float(values.min()), float(values.max())
            level = (values - low) / (high - low) if high > low else np.zeros_like(values)
            points = [
                (self.x(t), self.y + _CURVE - v * (_CURVE - 4))
                for t, v in zip(times, level, strict=True)
            ]
            self.draw.line(points, fill=_COLOURS[number % len(_COLOURS)], width=2)
            self.draw.text((12, self.y + 24), f"{low:.2g} to {high:.2g}", _FAINT, self.small)
            self.y += _CURVE + _GAP

    def harmony(self) -> None:
        self.name(self.scene.rows)
        for part in self.scene.parts:
            box = [self.x(part.start_s), self.y, self.x(part.end_s) - 1, self.y + 17]
            self.draw.rectangle(box, fill="#eef2f7")
            self.draw.text((box[0] + 4, self.y + 1), part.label, fill=_INK, font=self.font)
        free = 0.0
        for chord in self.scene.chords:
            x = self.x(chord.start_s)
            if x >= free:  # where bars are narrow, some chords go unnamed
                self.draw.text((x + 2, self.y + 22), chord.sentence, fill=_INK, font=self.small)
                free = x + 6 + self.draw.textlength(chord.sentence, font=self.small)
        self.y += _LABELS + _GAP

    def rolls(self) -> None:
        for number, track in enumerate(self.tracks):
            self.name(track.name)
            notes, colour = track.notes, _COLOURS[number % len(_COLOURS)]
            onsets, offsets = self.scene.score.onsets_s(notes), self.scene.score.offsets_s(notes)
            low, high = int(notes.pitch.min()) - 1, int(notes.pitch.max()) + 1
            for start, end, pitch in zip(onsets, offsets, notes.pitch.tolist(), strict=True):
                y = self.y + _ROLL * (1 - (pitch - low) / (high - low))
                left = self.x(float(start))
                box = [left, y - 1.5, max(self.x(float(end)), left + 1.5), y + 1.5]
                self.draw.rectangle(box, fill=colour)
            self.y += _ROLL + _GAP

    def _bars(self, bottom: int) -> None:
        for time in self.scene.downbeats_s:
            x = self.x(float(time))
            self.draw.line([(x, _TOP), (x, bottom)], fill=_GRID)
        step = next((s for s in (5, 10, 30, 60, 300, 600) if self.scene.duration_s / s <= 16), 1800)
        for second in range(0, int(self.scene.duration_s) + 1, step):
            x = self.x(second)
            label = f"{second // 60}:{second % 60:02}"
            self.draw.line([(x, bottom), (x, bottom + 5)], fill=_FAINT)
            self.draw.text((x - 10, bottom + 8), label, fill=_FAINT, font=self.small)
