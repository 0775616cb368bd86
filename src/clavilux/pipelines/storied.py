"""Storied films: the spans of a story become the words of curves, and its words lyrics.

A span's sentence holds from the beat nearest to its start. Its colour goes with it by number:
the name of a colour may hold other words (fire engine red), which would move the picture.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clavilux.core.errors import ArgumentError
from clavilux.core.lyrics import Line, Lyrics
from clavilux.core.values import Curves, Score
from clavilux.editorial.lyrics import Sheet
from clavilux.narrate import colours
from clavilux.narrate import story as stories
from clavilux.narrate.story import Span, Story
from clavilux.narrate.telling import Teller
from clavilux.pipelines.music import Music
from clavilux.pipelines.settings import SeeOptions
from clavilux.pipelines.story import (
    TellingOptions,
    lyrics_of,
    read_lyrics,
    tell_story,
    teller_of,
)
from clavilux.schedule.from_music import Heading

AUTO = "auto"
_SNAP_S = 0.3
"""A sentence moves to the nearest beat if that is no farther."""
_MOST_OFF_S = 2.0
"""Seconds by which a story and its music may differ in length."""

_LONGEST_FADE_S = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class Telling:
    """What a film tells, all files read before any work."""

    options: SeeOptions
    story: Story | None
    """As somebody wrote it down; None if there is none, or the music's own is told."""
    sheet: Sheet | None
    """What the file of lyrics holds."""
    teller: Teller

    @classmethod
    def read(cls, options: SeeOptions) -> "Telling | None":
        """Read what the options name; None if they name no story and no lyrics.

        Raises:
            InputError: A file cannot be used.
        """
        if options.story is None and not options.has_lyrics:
            return None
        story, teller = None, teller_of(TellingOptions(seed=options.seed or 0))
        if options.story is not None and options.story != AUTO:
            story = stories.read(Path(options.story))
            teller = replace(teller, voice=_voice(story), seed=story.heading.seed)
        return cls(options, story, read_lyrics(options.lyrics), teller)

    def of(self, piece: Music) -> tuple[Story | None, Lyrics]:
        """Return the story of a piece, if one is to be told, and its lyrics.

        Raises:
            ArgumentError: The story is of other music, or there are no lyrics to draw.
        """
        story, lyrics = self.story, Lyrics()
        if story is not None:
            _check(story, piece, self.options)
        if self.options.story == AUTO:
            told = tell_story(piece, TellingOptions(every="phrase"), self.teller, self.sheet)
            story, lyrics = told.story, told.lyrics
        elif self.options.has_lyrics and (self.sheet is not None or story is None):
            lyrics = lyrics_of(piece, self.sheet)
        if self.options.has_lyrics and not lyrics.lines and story is not None:
            lyrics = words_of(story)
        if self.options.has_lyrics and not lyrics.lines:
            kind = "MIDI file" if isinstance(piece.heard, Score) else "recording"
            raise ArgumentError(
                f"there are no words to show: the {kind} {piece.path} holds none; give `lyrics`"
            )
        return story, lyrics

    def timed(self) -> Lyrics:
        """Return the lyrics of a document, whose voice nobody hears.

        Raises:
            ArgumentError: They have no times.
        """
        if self.sheet is None or self.sheet.lyrics is None:
            raise ArgumentError(
                "`lyrics` of a document need times: give them as .lrc or .srt, not as plain text"
            )
        return self.sheet.lyrics


def _voice(story: Story) -> str:
    """Return the voice of a story; ours if it names one that we have not."""
    from clavilux.narrate.telling import VOICES

    return story.heading.voice if story.heading.voice in VOICES else "poetic"


def _check(story: Story, piece: Music, options: SeeOptions) -> None:
    last = story.spans[-1].end_s
    if last > piece.duration_s + _MOST_OFF_S:
        raise ArgumentError(
            f"`story` {options.story} is for {story.heading.music}, and ends at {last:.1f} s; "
            f"{piece.path} ends at {piece.duration_s:.1f} s"
        )


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
    *,
    plain: bool = False,
) -> list[tuple[int, str]]:
    """Return what a story says as words that steer, each with the frame from which they hold.

    Args:
        story: Of the whole music.
        beats_s: Its beats.
        frame_rate: Video frames per second.
        start_s: When in the music the film begins.
        n_frames: How long it is.
        teller: Says what spans say that have no sentence.
        plain: Whether sentences stay as they are, for models that read them.
    """
    found: dict[int, str] = {}
    for number, span in enumerate(story.spans):
        time = _on_beat(span.start_s, beats_s) - start_s
        frame = round(time * float(frame_rate))
        if frame < n_frames:
            say = sentence_of if plain else steering_words
            found[max(0, frame)] = say(span, teller, number)
    return sorted(found.items())


def with_story(
    heading: Heading,
    telling: Telling,
    piece: Music,
    frame_rate: Fraction,
    start_s: float,
    n_frames: int,
) -> Heading:
    """Return a document's heading with a story as its prompts; each passes over within a beat."""
    story, _ = telling.of(piece)
    assert story is not None
    beats = piece.facts.beats_s
    beat_s = float(np.median(np.diff(beats))) if len(beats) > 1 else 0.5
    told = prompts(story, beats, frame_rate, start_s, n_frames, telling.teller, plain=True)
    fade = max(1, round(min(beat_s, _LONGEST_FADE_S) * float(frame_rate)))
    shortest = min((b[0] - a[0] for a, b in pairwise(told)), default=fade)
    return replace(heading, prompts=tuple(told), fade=min(fade, shortest))


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
    return f"{text} {colours.eased(content.colour)}"


def words_of(story: Story) -> Lyrics:
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
