"""Telling: what was heard becomes a story: spans, their content tuples and their sentences."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from clavilux.core.lyrics import Lyrics
from clavilux.core.values import Facts
from clavilux.listen.instruments import WINDOW_S, Instruments
from clavilux.listen.windows import Windows
from clavilux.narrate import aimv, colours, poetic
from clavilux.narrate.abstractions import Abstract, Vocabulary, by_vocabulary, load
from clavilux.narrate.content import Content, chosen, volume_of
from clavilux.narrate.story import Span, span_of

PHRASE_S = (3.5, 9.0)
"""Seconds that a phrase lasts at least and at most, where bars allow it."""
BARS_IN_PHRASE = 4
_WHOLE_LINES_S = 2.5
_PLAIN_S = 6.0
"""Seconds of a phrase where no bars are heard."""

Speak = Callable[[Content, Vocabulary, np.random.Generator], str]


def _aimv(content: Content, vocabulary: Vocabulary, rng: np.random.Generator) -> str:
    action = vocabulary.actions[int(rng.integers(len(vocabulary.actions)))]
    thing = poetic.noun_of(content.words) or poetic.quoted(content.words)
    return aimv.sentence(content, vocabulary, action=action, thing=thing)


def _poetic(content: Content, vocabulary: Vocabulary, rng: np.random.Generator) -> str:
    return poetic.poem(content, vocabulary, rng).text


VOICES: Mapping[str, Speak] = {"poetic": _poetic, "aimv": _aimv}


@dataclass(frozen=True, slots=True, eq=False)
class Teller:
    """How a story is told."""

    voice: str = "poetic"
    vocabulary: Vocabulary = None  # type: ignore[assignment]  # filled in below
    abstract: Abstract | None = None
    """Turns instruments into words; by the vocabulary if None."""
    seed: int = 0

    def __post_init__(self) -> None:
        if self.vocabulary is None:
            object.__setattr__(self, "vocabulary", load())
        if self.abstract is None:
            object.__setattr__(self, "abstract", by_vocabulary(self.vocabulary))

    def abstracted(self, content: Content, number: int) -> Content:
        """Return a tuple with the abstractions of its instruments."""
        assert self.abstract is not None
        rng = np.random.default_rng([self.seed, number, 1])
        return replace(content, abstractions=self.abstract(content.instruments, rng))

    def say(self, content: Content, number: int) -> str:
        """Return the sentence of the span of that number."""
        rng = np.random.default_rng([self.seed, number, 2])
        return VOICES[self.voice](content, self.vocabulary, rng)


def tell(
    facts: Facts,
    instruments: Instruments,
    windows: Windows,
    lyrics: Lyrics,
    edges_s: Sequence[float],
    teller: Teller,
) -> tuple[Span, ...]:
    """Return the spans of a piece.

    Args:
        facts: Its sections.
        instruments: Which are heard in each window.
        windows: How loud and pitched each is.
        lyrics: What is said or sung.
        edges_s: Where spans begin, and where the last ends.
        teller: How it is told.
    """
    relative = windows.relative_db()
    spans = []
    for number, (start, end) in enumerate(pairwise(edges_s)):
        first = min(int(start / WINDOW_S + 1e-6), len(windows) - 1)
        last = min(len(windows), max(first + 1, int(np.ceil(end / WINDOW_S - 1e-6))))
        heard = _joined(instruments, first, last)
        content = content_of(
            windows.joined(first, last) if last > first + 1 else _one(windows, first),
            _relative(relative[first:last]),
            chosen(heard, 0),
            _said(lyrics, start, end),
        )
        content = teller.abstracted(content, number)
        section = _section_at(facts, start, end)
        spans.append(span_of(start, end, section, content, teller.say(content, number)))
    return tuple(spans)


def content_of(
    window: Windows, relative_db: float, instruments: tuple[str, ...], words: str
) -> Content:
    """Return the content tuple of one window, without abstractions."""
    colour = colour_of(window)
    return Content(
        volume=volume_of(relative_db),
        words=words,
        instruments=() if window.is_silent[0] else instruments,
        colour=colour,
        colour_name=colours.name_of(colour),
        volume_db=relative_db,
    )


def colour_of(window: Windows) -> str:
    """Return the colour of one window: of its strongest pitch class, or its centroid."""
    if window.is_silent[0]:
        return colours.SILENT
    if window.is_pitched[0]:
        return colours.of_pitch_class(int(window.chroma[0].argmax()))
    return colours.of_unpitched(float(window.centroid_hz[0]))


def edges_of(facts: Facts, every: str | float, duration_s: float) -> tuple[float, ...]:
    """Return where spans begin, and where the last ends.

    Args:
        facts: Bars and sections.
        every: Seconds, or ``bar``, ``phrase`` or ``section``.
        duration_s: Where the last ends.

    A phrase is four bars, fewer where they are long, and begins anew with each section.
    """
    if isinstance(every, (int, float)):
        n = max(1, int(np.ceil(duration_s / every - 1e-9)))
        return (*(i * float(every) for i in range(n)), duration_s)
    sections = [s.start_s for s in facts.sections if 0 < s.start_s < duration_s]
    if every == "section":
        return _cleaned([0.0, *sections, duration_s])
    bars = facts.downbeats_s[(facts.downbeats_s > 0) & (facts.downbeats_s < duration_s)]
    if every == "bar":
        if not len(bars):
            bars = np.arange(2.0, duration_s, 2.0)
        return _cleaned([0.0, *bars.tolist(), duration_s])
    found = [0.0]
    for start, end in pairwise([0.0, *sections, duration_s]):
        found += _phrases(start, end, bars)
    return _cleaned(found)


def _phrases(start: float, end: float, bars: NDArray[np.float64]) -> list[float]:
    """Return where phrases end within a section, its own end last."""
    inside = bars[(bars > start + 0.2) & (bars < end - 0.2)]
    if len(inside) < 2:
        n = max(1, round((end - start) / _PLAIN_S))
        return [start + (end - start) * (i + 1) / n for i in range(n)]
    bar_s = float(np.median(np.diff(inside)))
    count = next((n for n in (BARS_IN_PHRASE, 2, 1) if n * bar_s <= PHRASE_S[1]), 1)
    while count * bar_s < PHRASE_S[0]:
        count *= 2
    found, at = [], start
    for time in inside.tolist():
        if time - at >= (count - 0.5) * bar_s and end - time >= 0.5 * count * bar_s:
            found.append(time)
            at = time
    return [*found, end]


def _cleaned(edges: Sequence[float]) -> tuple[float, ...]:
    """Return edges in order, none nearer than half a second to the one before but the last."""
    kept = [edges[0]]
    for edge in sorted(set(edges[1:-1])):
        if edge - kept[-1] >= 0.5 and edges[-1] - edge >= 0.5:
            kept.append(edge)
    return (*kept, edges[-1])


def _said(lyrics: Lyrics, start_s: float, end_s: float) -> str:
    """Return what is said in a span: the words that begin in it, or, in a long one, the lines
    whose middles lie in it, since a line torn in two says nothing."""
    if end_s - start_s < _WHOLE_LINES_S:
        return lyrics.between(start_s, end_s)
    middles = ((line, (line.start_s + line.end_s) / 2) for line in lyrics.lines)
    lines = [line.text for line, middle in middles if start_s <= middle < end_s]
    return " / ".join([*(line.rstrip(" .,;:") for line in lines[:-1]), *lines[-1:]])


def _joined(instruments: Instruments, first: int, last: int) -> Instruments:
    """Return one window's confidences that stand for several: each label's better half."""
    last = max(min(last, len(instruments.confidence)), 1)
    part = np.sort(instruments.confidence[min(first, last - 1) : last], axis=0)
    better = part[len(part) // 2 :].mean(axis=0, keepdims=True)
    return replace(instruments, confidence=better.astype(np.float32))


def _one(windows: Windows, index: int) -> Windows:
    part = slice(index, index + 1)
    return Windows(windows.level_db[part], windows.chroma[part], windows.pitchedness[part],
                   windows.centroid_hz[part])  # fmt: skip


def _relative(values: NDArray[np.float64]) -> float:
    heard = values[np.isfinite(values)]
    return float(10 * np.log10(np.mean(10 ** (heard / 10)))) if len(heard) else -np.inf


def _section_at(facts: Facts, start_s: float, end_s: float) -> str:
    middle = (start_s + end_s) / 2
    found = [s.label for s in facts.sections if s.start_s <= middle < s.end_s]
    return found[0] if found else ""
