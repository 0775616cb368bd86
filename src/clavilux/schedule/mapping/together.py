"""Together: many scores mapped at once, as if one followed the other.

Where every rule of a mapping lays its hits onto whole frames and nothing it does outlasts
them, pieces that lie far enough apart on one timeline do not touch each other. All are
then mapped in the steps that one takes, which pays for short pieces: a data set's.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from clavilux.core.values import Curves, Score
from clavilux.schedule.mapping.curves import Window, curves_of, kernel_of
from clavilux.schedule.mapping.heard import Heard, Played
from clavilux.schedule.mapping.pulses import pulses
from clavilux.schedule.mapping.rules import Condition, Mapping, Rule


def may_follow(mapping: Mapping, frame_rate: Fraction) -> bool:
    """Tell whether pieces mapped one after the other come out as each alone."""
    frame_s = 1 / float(frame_rate)
    return not any(base.drift for base in mapping.base.values()) and all(
        _is_plain(rule) and kernel_of(rule, frame_s) is not None for rule in mapping.rules
    )


def curves_of_each(
    mapping: Mapping, scores: Sequence[Score], *, frame_rate: Fraction, n_frames: int
) -> list[Curves]:
    """Map every score from its start, by a mapping under which they `may_follow` another."""
    window = Window(frame_rate, n_frames, 0.0)
    kernels = [kernel_of(rule, window.frame_s) for rule in mapping.rules]
    apart = n_frames + max((len(kernel) for kernel in kernels if kernel is not None), default=0)
    heard = Heard(scores[0], given=_one_after_another(scores, window, apart))
    curves = curves_of(
        mapping,
        pulses(mapping, heard),
        heard,
        frame_rate=frame_rate,
        n_frames=apart * len(scores),
    )
    tables = [(k, v.reshape(len(scores), apart)[:, :n_frames]) for k, v in curves.values.items()]
    return [
        Curves(frame_rate, {name: table[i] for name, table in tables}) for i in range(len(scores))
    ]


def _is_plain(rule: Rule) -> bool:
    """Whether what a rule does at a note hangs on nothing but that note."""
    takes_notes = rule.source.kind in ("drum", "note") and rule.source.track is None
    is_certain = rule.polarity in ("+", "-") and rule.probability == 1
    is_in_place = rule.quantise_beats == 0 == rule.smoothing_s and rule.when == Condition()
    return takes_notes and is_certain and is_in_place


def _one_after_another(scores: Sequence[Score], window: Window, apart: int) -> Played:
    """Give the notes of all scores, on whole frames; each score begins `apart` frames later."""
    each: list[tuple[Any, ...]] = [Heard.of(score).played for score in scores]
    counts = [len(notes[0]) for notes in each]
    notes = Played(*(np.concatenate(columns) for columns in zip(*each, strict=True)))
    frames = np.rint(window.position(notes.time_s))
    begins = np.repeat(np.arange(len(scores)) * apart, counts)
    time_s = np.asarray((frames + begins) * window.frame_s, dtype=np.float64)
    moved = notes._replace(time_s=time_s, end_s=notes.end_s + (time_s - notes.time_s))
    return moved.where(frames < window.n_frames)
