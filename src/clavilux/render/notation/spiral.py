"""Spiral: pitches on a spiral with a turn an octave; the same names lie on one ray.

Chords are seen as figures: lines join the notes that sound together.
"""

import math
from itertools import combinations

import numpy as np

from clavilux.render.notation.stage import Canvas, Stage, white_hot

_INNER, _OUTER = 0.10, 0.45
"""Radii in heights (or widths, if these are less) of the lowest and the highest pitch."""
_JOINED = 0.25
"""Light from which a note is joined with others."""
_MOST_JOINED = 7


class Spiral:
    """Stars on a spiral of pitch, with rings that widen from each onset."""

    def draw(self, stage: Stage, canvas: Canvas, time_s: float) -> None:
        """Draw the notes as they are at `time_s`."""
        side = min(stage.size)
        turn = 0.03 * time_s
        pitches = np.arange(stage.low, stage.high, 0.25)
        guide = np.array([_place(stage, float(pitch), turn) for pitch in pitches])
        canvas.faint_line(guide, np.full(3, 0.10), max(1.0, side / 500))
        joined: list[tuple[float, int]] = []
        for note in stage.sounding(time_s, 4.0):
            light, colour = stage.light(note, time_s), stage.colour_of(note)
            age = time_s - stage.notes.onset_s[note]
            if light < 0.01:
                continue
            if stage.notes.is_drum[note]:
                _pulse(stage, canvas, note, light, age)
                continue
            x, y = _place(stage, float(stage.notes.pitch[note]), turn)
            flare = math.exp(-age / 0.18)
            radius = side * (0.010 + 0.024 * light)
            kind = stage.shape_of(note)
            canvas.shape(
                kind, x, y, radius * (1 + 0.7 * flare), white_hot(colour, 0.55 * flare) * light
            )
            for k in range(2):
                ring = age - 0.16 * k
                if 0 < ring < 1.1:
                    fading = colour * light * (1 - ring / 1.1) ** 2 * 0.8
                    grown = radius + side * 0.10 * ring**0.7
                    canvas.shape(kind, x, y, grown, fading, width=max(1.0, side / 450))
            if light > _JOINED:
                joined.append((light, note))
        for (a, one), (b, other) in combinations(sorted(joined, reverse=True)[:_MOST_JOINED], 2):
            ends = [_place(stage, float(stage.notes.pitch[n]), turn) for n in (one, other)]
            colour = (stage.colour_of(one) + stage.colour_of(other)) / 2
            canvas.faint_line(np.array(ends), colour * (a * b) * 0.8, max(1.0, side / 420))


def _place(stage: Stage, pitch: float, turn: float) -> tuple[float, float]:
    """Return where a pitch lies: C on top, a turn an octave, high notes outside."""
    side = min(stage.size)
    radius = side * (_INNER + (_OUTER - _INNER) * stage.height_of(pitch))
    angle = 2 * math.pi * (pitch % 12) / 12 - math.pi / 2 + turn
    return (
        stage.size.width / 2 + radius * math.cos(angle),
        stage.size.height / 2 + radius * math.sin(angle),
    )


def _pulse(stage: Stage, canvas: Canvas, note: int, light: float, age: float) -> None:
    """Draw a drum: low ones beat in the middle, high ones ring around."""
    side = min(stage.size)
    x, y = stage.size.width / 2, stage.size.height / 2
    pitch = int(stage.notes.pitch[note])
    colour = white_hot(stage.colour_of(note), 0.4) * light
    if pitch <= 41:
        canvas.shape("round", x, y, side * 0.07 * light * math.exp(-age / 0.3), colour)
    elif age < 0.6:
        radius = side * (0.03 + 0.05 * (min(pitch, 60) - 35) / 25 + 0.06 * age)
        fading = colour * (1 - age / 0.6)
        canvas.shape(stage.shape_of(note), x, y, radius, fading, width=max(1.0, side / 400))
