"""Sections: songs of known form, and how well boundaries agree with it.

A number in, composed songs out, whose parts the composer knows; then boundaries found in their
scores and in their recordings, beside equal spacing.

Conventions
-----------
- A *boundary* is an instant, in seconds, at which one section ends and the next begins; the
  beginning and the end of a song are none.
- Two boundaries agree within `TOLERANCE_S`, each with one at most: hit rate F1 at 3 s, as in
  D. Turnbull et al., "A Supervised Approach for Detecting Boundaries in Music", ISMIR 2007.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from clavilux.compose.soundtrack import Brief, compose
from clavilux.compose.styles import STYLES
from clavilux.core.values import Events, Facts, Score, Section, Series, Sound
from clavilux.perform import synthesise

TOLERANCE_S = 3.0
FORMS = ("ABAC", "ABCB", "ABAB", "ABCA", "ABACA", "ABCBA", "AABA", "ABCDA")
"""Forms that are composed, in turn."""
_SHORTEST_S, _LONGEST_S = 13.0, 24.0
"""A section lasts between these."""
_LEVELS = {"A": 0.25, "B": 0.85, "C": 0.55, "D": 0.05}
"""How much moves under each label, 0 to 1; mood goes with it."""
_RATE = 4.0
_FRAME_RATE = 25.0


@dataclass(frozen=True, slots=True, eq=False)
class Song:
    """A song whose form is known."""

    name: str
    score: Score
    """Without markers: they would name the sections."""
    duration_s: float
    boundaries_s: NDArray[np.float64]
    """Where a part of another label begins, seconds, increasing."""

    def recording(self) -> Sound:
        """Play the song on the embedded soundfont."""
        return synthesise(self.score)


def composed_songs(count: int, *, seed: int = 0) -> Iterator[Song]:
    """Compose songs of different forms and styles; same arguments, same songs."""
    styles = tuple(STYLES)
    for i in range(count):
        form, style = FORMS[i % len(FORMS)], styles[i % len(styles)]
        rng = np.random.default_rng([seed, i, 44])
        lengths = rng.uniform(_SHORTEST_S, _LONGEST_S, len(form))
        edges = np.concatenate([[0.0], np.cumsum(lengths)])
        piece = compose(_film(form, edges), _FRAME_RATE, Brief(style=style, seed=i))
        starts = [piece.grid.downbeats_s[part.first_bar] for part in piece.parts]
        labels = [part.label for part in piece.parts]
        changes = [
            float(start)
            for start, label, before in zip(starts[1:], labels[1:], labels[:-1], strict=True)
            if label != before
        ]
        yield Song(f"{form} {style}", without_markers(piece.score), float(edges[-1]),
                   np.array(changes))  # fmt: skip


def _film(form: str, edges: NDArray[np.float64]) -> Facts:
    """Make up a film that cuts where a section of the form begins, each label of a look."""
    times = np.arange(0, edges[-1], 1 / _RATE)
    index = np.clip(np.searchsorted(edges, times, side="right") - 1, 0, len(form) - 1)
    level = np.array([_LEVELS[form[i]] for i in index])
    series = {
        "motion": Series(_RATE, level),
        "arousal": Series(_RATE, 2 * level - 1),
        "valence": Series(_RATE, np.sin(7 * level)),
    }
    cuts = edges[1:-1]
    events = Events(cuts, ("cut",) * len(cuts), np.ones(len(cuts)))
    return Facts(float(edges[-1]), events, series)


def without_markers(score: Score) -> Score:
    """Return a score whose markers are left out."""
    tracks = [
        replace(track, texts=tuple(text for text in track.texts if text.kind != "marker"))
        for track in score.tracks
    ]
    return replace(score, tracks=tuple(tracks))


def boundaries(sections: Sequence[Section]) -> NDArray[np.float64]:
    """Return where sections meet."""
    return np.array([section.start_s for section in sections[1:]])


def equally_spaced(count: int, duration_s: float) -> NDArray[np.float64]:
    """Baseline: as many boundaries at equal distances, whatever is heard."""
    return np.asarray(np.linspace(0, duration_s, count + 2)[1:-1])
