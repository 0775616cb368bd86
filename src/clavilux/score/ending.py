"""Ending: where a score's last sound is, which is not always where its file ends.

Files often end minutes or hours after their last note, in nothing.
"""

from dataclasses import replace

import numpy as np

from clavilux.core.changes import Changes
from clavilux.core.values import Score
from clavilux.score.build import SUSTAIN

_PEDAL_RINGS_S = 6.0
"""How long a note that the pedal holds is taken to be heard: about a piano's."""
_KEPT_S = 5.0
"""Silence at the end that stays: about two bars."""
_PEDAL_DOWN = 64


def without_silence_at_end(score: Score) -> Score:
    """Let a score end with its last note, or while a pedal still holds it.

    A few seconds of silence stay: a piece may end with its bar. More leave a line in the
    warnings.
    """
    last_tick = _last_sound(score)
    silence_s = score.duration_s - float(score.tempo_map.seconds(last_tick))
    if silence_s <= _KEPT_S:
        return score
    tracks = tuple(replace(t, end_tick=min(t.end_tick, last_tick)) for t in score.tracks)
    line = f"{_duration(silence_s)} of silence at the end were left out; --to-end keeps them"
    return replace(score, tracks=tracks, warnings=(*score.warnings, line))


def _last_sound(score: Score) -> int:
    """Return the tick at which the last note is heard no more."""
    last = max((int(track.notes.offset_tick.max(initial=0)) for track in score.tracks), default=0)
    end = last
    ringing = float(score.tempo_map.seconds(last)) + _PEDAL_RINGS_S
    for track in score.tracks:
        pedal = Changes.of(track.changes).of_kind("control", SUSTAIN)
        for channel in np.unique(pedal.channel).tolist():
            of_channel = pedal.where(pedal.channel == channel)
            before = of_channel.tick <= last
            if before.any() and of_channel.value[before][-1] >= _PEDAL_DOWN:
                ups = of_channel.tick[~before]
                up = int(ups[0]) if len(ups) else score.end_tick
                end = max(end, min(up, int(score.tempo_map.ticks([ringing])[0])))
    return min(end, score.end_tick)


def _duration(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"
