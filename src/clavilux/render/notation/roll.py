"""Roll: notes grow out of a line of light and drift away from it, as on a piano roll."""

import numpy as np

from clavilux.render.notation.stage import Canvas, Stage, white_hot

NOW = 0.8
"""Where notes are born, as a share of the width."""
SHOWN_S = 7.0
"""Seconds from the line to the left border."""
_DRUMS = 0.14  # share of the height that drums have, below


class Roll:
    """Bars of light; drums are rings at the foot."""

    def draw(self, stage: Stage, canvas: Canvas, time_s: float) -> None:
        """Draw the notes as they are at `time_s`."""
        width, height = stage.size
        now, pace = NOW * width, NOW * width / SHOWN_S
        has_drums = bool(stage.notes.is_drum.any())
        foot = height * (1 - _DRUMS * has_drums) * 0.97
        thick = float(np.clip(foot / (stage.high - stage.low) * 0.62, 2, height / 26))
        for octave in range(int(stage.low) // 12 + 1, int(stage.high) // 12 + 1):
            y = foot * (1 - stage.height_of(12 * octave))
            canvas.faint_line(np.array([[0, y], [now, y]]), np.full(3, 0.055), 1)
        sounding = 0.0
        for note in stage.sounding(time_s, SHOWN_S + 1):
            onset, end = stage.notes.onset_s[note], min(time_s, stage.notes.offset_s[note])
            light, colour = stage.light(note, time_s), stage.colour_of(note)
            age = time_s - onset
            flare = float(np.exp(-age / 0.16))
            sounding = max(sounding, light * flare)
            x = now - age * pace
            if stage.notes.is_drum[note]:
                _drum(stage, canvas, note, x, light, age)
                continue
            y = foot * (1 - stage.height_of(float(stage.notes.pitch[note])))
            right = max(now - (time_s - end) * pace, x + thick * 0.3)
            body = colour * (0.16 + 0.84 * light)
            canvas.line(np.array([[x, y], [right, y]]), body, thick)
            kind, size = stage.shape_of(note), thick * (0.62 + 0.9 * flare * light)
            canvas.shape(kind, x, y, size, white_hot(body, 0.25 + 0.5 * flare))
            if age < 0.9:
                ring = thick * (1 + 9 * age**0.6)
                fading = colour * light * (1 - age / 0.9) ** 2
                canvas.shape(kind, now - age * pace, y, ring, fading, width=max(1.0, height / 500))
        canvas.line(
            np.array([[now, 0], [now, height]]), np.full(3, 0.10 + 0.25 * sounding), height / 400
        )


def _drum(stage: Stage, canvas: Canvas, note: int, x: float, light: float, age: float) -> None:
    height = stage.size.height
    low, high = 35, 60
    place = (float(np.clip(stage.notes.pitch[note], low, high)) - low) / (high - low)
    y = height * (1 - _DRUMS * (0.12 + 0.76 * place))
    colour = white_hot(stage.colour_of(note), 0.45) * (0.12 + 0.88 * light)
    radius = height / 150 * (1 + 2.4 * stage.notes.velocity[note] / 127)
    canvas.shape(stage.shape_of(note), x, y, radius * (0.6 + 0.8 * light), colour)
    if age < 0.5:
        grown = radius * (1 + 6 * age)
        canvas.shape("round", x, y, grown, colour * (1 - age / 0.5), width=max(1.0, height / 500))
