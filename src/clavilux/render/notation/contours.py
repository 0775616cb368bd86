"""Contours: lines that join the notes of a voice, so that melodies are seen as drawn by hand.

Source:
    After the manner of S. Malinowski's animated scores. A voice is found within its track:
    each note is joined with the nearest in pitch that follows it soon.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from clavilux.core.notes import PlayedNotes
from clavilux.render.notation.stage import Canvas, Stage, white_hot

NOW = 0.72
"""Where the pens are, as a share of the width."""
SHOWN_S = 6.0
REST_S, LEAP = 1.2, 19
"""Of two notes of one voice, at most: seconds between them, and semitones."""
GLIDE_S = 0.14
"""Seconds a pen takes from note to note, at least."""
_STEPS = 14


class Contours:
    """Pens of light, one a voice, that leave a fading line."""

    def draw(self, stage: Stage, canvas: Canvas, time_s: float) -> None:
        """Draw the notes as they are at `time_s`."""
        width, height = stage.size
        now, pace = NOW * width, NOW * width / SHOWN_S
        follower = _followers(stage.notes)
        onset, offset = stage.notes.onset_s, stage.notes.offset_s
        for note in stage.sounding(time_s, SHOWN_S + REST_S):
            light, colour = stage.light(note, time_s), stage.colour_of(note)
            age = time_s - onset[note]
            y = self._y(stage, note)
            if stage.notes.is_drum[note]:
                if age < 0.7:
                    canvas.line(
                        np.array([[now - age * pace, height * 0.97], [now - age * pace, height]]),
                        white_hot(colour, 0.4) * light,
                        height / 160,
                    )
                continue
            after = int(follower[note])
            end = offset[note]
            if after >= 0:  # the pen is on its way before the next note is due
                end = max(onset[note], min(end, onset[after] - GLIDE_S))
            end = min(time_s, end)
            times, places = [onset[note], end], [y, y]
            if after >= 0 and time_s > end:
                share = np.linspace(0, 1, _STEPS)[1:]
                there = self._y(stage, after)
                times += list(end + (onset[after] - end) * share)
                places += list(y + (there - y) * share * share * (3 - 2 * share))
            points = np.stack([now - (time_s - np.array(times)) * pace, np.array(places)], axis=1)
            points = points[np.array(times) <= time_s + 1e-9]
            faded = float(np.clip(1 - age / SHOWN_S, 0, 1))
            loud = stage.notes.velocity[note] / 127
            thick = height / 170 * (0.6 + 2.2 * loud)
            canvas.line(points, colour * (0.25 + 0.5 * loud) * faded, thick)
            if offset[note] >= time_s or light > 0.3:
                head = min(now, now - (time_s - end) * pace)
                flare = float(np.exp(-age / 0.15))
                size = thick * (1.3 + 1.6 * flare)
                hot = white_hot(colour, 0.3 + 0.5 * flare) * light
                canvas.shape(stage.shape_of(note), head, y, size, hot)
            flare = float(np.exp(-age / 0.25))
            if flare > 0.05:
                x = now - age * pace
                canvas.shape(
                    stage.shape_of(note), x, y, thick * (1.5 + 7 * (1 - flare)),
                    colour * light * flare, width=max(1.0, height / 450),
                )  # fmt: skip

    @staticmethod
    def _y(stage: Stage, note: int) -> float:
        place = stage.height_of(float(stage.notes.pitch[note]))
        return stage.size.height * (0.95 - 0.88 * place)


@lru_cache(maxsize=2)
def _followers(notes: PlayedNotes) -> NDArray[np.int64]:
    """Return the note that follows each in its voice, -1 if none does."""
    found = np.full(len(notes), -1)
    for track in range(len(notes.track_names)):
        members = np.flatnonzero((notes.track == track) & ~notes.is_drum)
        taken: set[int] = set()
        onsets = notes.onset_s[members]
        for i, note in enumerate(members.tolist()):
            first = int(np.searchsorted(onsets, notes.onset_s[note] + 0.03, side="right"))
            last = int(np.searchsorted(onsets, notes.offset_s[note] + REST_S, side="right"))
            best, least = -1, float(LEAP) + 1
            for other in members[max(first, i + 1) : min(last, first + 12)].tolist():
                if other in taken:
                    continue
                leap = abs(int(notes.pitch[other]) - int(notes.pitch[note]))
                cost = leap + 12 * max(0.0, notes.onset_s[other] - notes.offset_s[note])
                if leap <= LEAP and cost < least:
                    best, least = other, cost
            if best >= 0:
                found[note] = best
                taken.add(best)
    return found
