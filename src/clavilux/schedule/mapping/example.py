"""Two bars of drums, a bass and a tune: what mappings are shown on where no music is given."""

import numpy as np

from clavilux.core.drums import DRUM_CHANNEL
from clavilux.core.timeline import TempoMap
from clavilux.core.values import Change, Notes, Score, Text, Track

_TICKS = 480
_EIGHTH = _TICKS // 2

# Eighths of two bars: drum note, where it is struck, how hard.
_DRUMS = (
    (36, (0, 3, 4, 8, 11, 14), (120, 70, 110, 120, 80, 60)),
    (38, (2, 6, 10, 14), (100, 110, 100, 120)),
    (42, (0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13), (90, 50, 80, 90, 50, 80, 90, 50, 80, 90, 60)),
    (46, (3, 11), (95, 80)),
    (44, (7, 15), (70, 90)),
    (45, (13, 15), (80, 100)),
    (49, (0,), (100,)),
)
_TUNE = ((60, 0, 2), (64, 2, 1), (67, 3, 3), (72, 6, 2), (69, 8, 2), (65, 10, 2), (60, 12, 4))
_BASS = ((36, 0, 8), (41, 8, 8))


def beat() -> Score:
    """Return two bars at 120 beats a minute: drums, a tune with a filter sweep, a bass."""
    drums = [
        (eighth, 1, note, velocity)
        for note, places, velocities in _DRUMS
        for eighth, velocity in zip(places, velocities, strict=True)
    ]
    tune = [(at, length, pitch, 70 + 5 * at % 50) for pitch, at, length in _TUNE]
    bass = [(at, length, pitch, 90) for pitch, at, length in _BASS]
    sweep = tuple(
        Change(
            tick=i * 60, channel=0, kind="control", number=74, value=int(64 - 60 * np.cos(i / 8))
        )
        for i in range(64)
    )
    words = (Text(0, "marker", "A"), Text(8 * _EIGHTH, "marker", "B"))
    end = 16 * _EIGHTH
    return Score(
        tempo_map=TempoMap.constant(120, _TICKS),
        tracks=(
            Track("Drums", _notes(drums, DRUM_CHANNEL), texts=words, end_tick=end),
            Track("Tune", _notes(tune, 0), changes=sweep, end_tick=end),
            Track("Bass", _notes(bass, 1), end_tick=end),
        ),
    )


def _notes(played: list[tuple[int, int, int, int]], channel: int) -> Notes:
    """Build notes from where they begin and how long they last, in eighths, pitch, velocity."""
    columns = np.array(sorted(played), dtype=np.int64)
    onset = columns[:, 0] * _EIGHTH
    return Notes(
        onset_tick=onset,
        offset_tick=onset + columns[:, 1] * _EIGHTH - 10,
        pitch=columns[:, 2].astype(np.uint8),
        velocity=columns[:, 3].astype(np.uint8),
        channel=np.full(len(columns), channel, dtype=np.uint8),
    )
