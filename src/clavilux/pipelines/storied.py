"""Storied films: the spans of a story become the words of curves, and its words lyrics.

A span's sentence holds from the beat nearest to its start. Its colour goes with it by number:
the name of a colour may hold other words (fire engine red), which would move the picture.
"""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from clavilux.core.lyrics import Line, Lyrics
from clavilux.core.values import Curves
from clavilux.narrate.story import Span, Story
from clavilux.narrate.telling import Teller

AUTO = "auto"
_SNAP_S = 0.3
"""A sentence moves to the nearest beat if that is no farther."""


def follow(
    curves: Curves, story: Story, beats_s: NDArray[np.float64], start_s: float, teller: Teller
) -> Curves:
    """Return curves whose words are a story's, after whatever words they have already.

    Args:
        curves: Of the film.
        story: Of the whole music.
        beats_s: Its beats.
        start_s: When in the music the film begins.
        teller: Says what spans say that have no sentence.
    """
    told = prompts(story, beats_s, curves.frame_rate, start_s, curves.n_frames, teller)
    before = sorted(curves.prompts)
    frames = sorted({frame for frame, _ in told} | {frame for frame, _ in before})
    joined = []
    for frame in frames:
        parts = [_holding(before, frame), _holding(told, frame)]
        joined.append((frame, ", ".join(part for part in parts if part)))
    return replace(curves, prompts=tuple(joined))


def prompts(
    story: Story,
    beats_s: NDArray[np.float64],
    frame_rate: Fraction,
    start_s: float,
    n_frames: int,
    teller: Teller,
) -> list[tuple[int, str]]:
    """Return what a story says as words that steer, each with the frame from which they hold."""
    found: dict[int, str] = {}
    for number, span in enumerate(story.spans):
        time = _on_beat(span.start_s, beats_s) - start_s
        frame = round(time * float(frame_rate))
        if frame < n_frames:
            found[max(0, frame)] = steering_words(span, teller, number)
    return sorted(found.items())


def sentence_of(span: Span, teller: Teller, number: int) -> str:
    """Return the sentence of a span; one made from its tuple if it has none."""
    return span.sentence.strip() or teller.say(span.content(), number)


def steering_words(span: Span, teller: Teller, number: int) -> str:
    """Return what steers the picture: the sentence, and the colour by number, not by name."""
    content = span.content()
    text = sentence_of(span, teller, number)
    name = content.colour_name
    for written in (name, name[:1].upper() + name[1:]):
        text = text.replace(written, "this colour")
    return f"{text} {content.colour}"


def lyrics_of(story: Story) -> Lyrics:
    """Return the words of a story's spans as lines."""
    spans = [span for span in story.spans if span.words.strip()]
    return Lyrics(tuple(Line(s.start_s, s.end_s, " ".join(s.words.split())) for s in spans))


def _on_beat(time_s: float, beats_s: NDArray[np.float64]) -> float:
    if not len(beats_s) or time_s <= 0:
        return time_s
    nearest = float(beats_s[int(np.abs(beats_s - time_s).argmin())])
    return nearest if abs(nearest - time_s) <= _SNAP_S else time_s


def _holding(prompts: Sequence[tuple[int, str]], frame: int) -> str:
    return next((text for first, text in reversed(prompts) if first <= frame), "")
