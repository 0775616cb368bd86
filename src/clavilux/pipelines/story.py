"""Stories: what a piece of music says in words, from its file or as somebody wrote it down."""

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np

from clavilux.core.arguments import (
    BeatsField,
    FlagField,
    Options,
    PathField,
    SeedField,
    TextField,
    choice,
    field,
    number,
    seconds,
)
from clavilux.core.errors import ArgumentError
from clavilux.core.lyrics import Line, Lyrics
from clavilux.core.values import Score, Series
from clavilux.editorial import lyrics as lyric_files
from clavilux.listen.instruments import Instruments
from clavilux.listen.windows import Windows
from clavilux.narrate import abstractions
from clavilux.narrate.story import Heading, Story
from clavilux.narrate.telling import VOICES, Teller, edges_of, tell
from clavilux.narrate.vectors import read_vectors
from clavilux.pipelines.music import Music

NAMED_SPANS = ("bar", "phrase", "section")
SIMILAR = "similar"


def _every(value: Any, name: str) -> float | str:
    if isinstance(value, str) and value.strip().lower() in NAMED_SPANS:
        return value.strip().lower()
    try:
        length = seconds(value, name)
    except ArgumentError as error:
        raise ArgumentError(
            f"`{name}` is {value!r}; expected seconds, or {', '.join(NAMED_SPANS)}"
        ) from error
    if not 0.1 <= length <= 3600:
        raise ArgumentError(f"`{name}` is {value!r}; expected 0.1 s to an hour")
    return length


class TellingOptions(Options):
    """How a story is told: what `describe` and `see --story auto` share."""

    every: Annotated[float | str, field(_every)] = 1.0
    """How long spans are: seconds, or ``bar``, ``phrase`` or ``section``."""
    voice: Annotated[str, field(choice(tuple(VOICES)))] = "poetic"
    """The grammar of its sentences."""
    words: PathField | None = None
    """A vocabulary: what instruments become in words; ours if None."""
    abstract: Annotated[str, field(choice(("words", SIMILAR)))] = "words"
    """Where abstractions come from: the vocabulary, or words that are near in meaning."""
    vectors: PathField | None = None
    """Word vectors for ``similar``; the small table that ships if None."""
    allow_pickle: FlagField = False
    """Whether a file of gensim's own format, a pickle, may be read."""
    lyrics: PathField | None = None
    """The words of the song: .lrc or .srt with times, or .txt, which is laid under the voice."""
    seed: SeedField = 0
    """Decides what sentences leave to chance."""
    drums: TextField | None = None
    """Which track or channel of a MIDI file is drums, where the rule is wrong, or ``none``."""
    to_end: FlagField = False
    """Go on through the silence after a MIDI file's last note."""
    tempo: Annotated[float, field(number(20, 400))] | None = None
    """A recording's tempo; heard if None."""
    meter: TextField | None = None
    """A recording's time signature, such as ``3/4``; heard if None."""
    beats: BeatsField | None = None
    """A recording's beats: their seconds, or a file of them."""

    def model_post_init(self, context: object) -> None:
        """Raise an error if an option does nothing."""
        if self.vectors is not None and self.abstract != SIMILAR:
            raise ArgumentError(
                f"`vectors` says which words are similar; give `abstract` {SIMILAR} with it"
            )
        if self.allow_pickle and self.vectors is None:
            raise ArgumentError("`allow_pickle` is for `vectors` of gensim's; leave it out")


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """A story with what it was told of."""

    story: Story
    lyrics: Lyrics
    instruments: Instruments
    windows: Windows


def teller_of(options: TellingOptions) -> Teller:
    """Return how a story is told, all names and files checked.

    Raises:
        InputError: A file cannot be used.
    """
    vocabulary = abstractions.load(options.words)
    abstract = None
    if options.abstract == SIMILAR:
        vectors = None
        if options.vectors is not None:
            vectors = read_vectors(options.vectors, allow_pickle=options.allow_pickle)
        abstract = abstractions.by_similarity(vocabulary, vectors)
    return Teller(options.voice, vocabulary, abstract, options.seed)


def tell_story(
    piece: Music, options: TellingOptions, teller: Teller, sheet: lyric_files.Sheet | None = None
) -> Told:
    """Return the story of a piece.

    Args:
        piece: The music.
        options: How long its spans are.
        teller: How it is told.
        sheet: Its lyrics, if they are known.
    """
    duration_s = piece.facts.duration_s
    windows = _windows(piece, duration_s)
    instruments, voice = _instruments(piece, duration_s)
    lyrics = _lyrics(piece, sheet, voice, duration_s)
    edges = edges_of(piece.facts, options.every, duration_s)
    spans = tell(piece.facts, instruments, windows, lyrics, edges, teller)
    heading = Heading(
        music=piece.path.name, duration_s=duration_s, voice=options.voice, seed=options.seed
    )
    return Told(Story(heading=heading, spans=spans), lyrics, instruments, windows)


def read_lyrics(path: str | None) -> lyric_files.Sheet | None:
    """Return what a file of lyrics holds; None if there is none."""
    return None if path is None else lyric_files.read(Path(path))


def lyrics_of(piece: Music, sheet: lyric_files.Sheet | None) -> Lyrics:
    """Return the lyrics of a piece in time, without telling its story."""
    voice = None
    needs_voice = sheet is not None and sheet.lyrics is None
    if needs_voice and not isinstance(piece.heard, Score):
        voice = _voice(piece)
    return _lyrics(piece, sheet, voice, piece.facts.duration_s)


def _windows(piece: Music, duration_s: float) -> Windows:
    from clavilux.listen.windows import of_score

    if isinstance(piece.heard, Score):
        return of_score(piece.heard, duration_s)
    assert piece.windows is not None
    return piece.windows


def _instruments(piece: Music, duration_s: float) -> tuple[Instruments, Series | None]:
    from clavilux.listen import instruments, score_instruments

    if isinstance(piece.heard, Score):
        return score_instruments.of_score(piece.heard, duration_s), None
    voice = _voice(piece)
    assert piece.recording is not None
    return instruments.hear(piece.recording, piece.facts, voice), voice


def _voice(piece: Music) -> Series:
    from clavilux.listen import speech

    assert piece.recording is not None
    return speech.likelihood(piece.recording)


def _lyrics(
    piece: Music, sheet: lyric_files.Sheet | None, voice: Series | None, duration_s: float
) -> Lyrics:
    """Return the lyrics of a file, laid under the voice if they have no times, or a score's own."""
    from clavilux.listen import words

    if sheet is None:
        return _of_score(piece.heard) if isinstance(piece.heard, Score) else Lyrics()
    if sheet.lyrics is not None:
        late = [line for line in sheet.lyrics.lines if line.start_s >= duration_s]
        if late:
            warnings.warn(
                f"{len(late)} of {len(sheet.lyrics.lines)} lines of the lyrics begin after the "
                f"music's end, at {duration_s:.1f} s",
                stacklevel=2,
            )
        return sheet.lyrics
    if voice is None:
        voice = Series(10.0, np.zeros(0))
    return words.align(sheet.lines, voice, duration_s)


def _of_score(score: Score) -> Lyrics:
    """Return the lyrics that a MIDI file holds: syllables, joined to words and lines."""
    texts = sorted(
        (t for track in score.tracks for t in track.texts if t.kind == "lyric"),
        key=lambda text: text.tick,
    )
    lines: list[list[tuple[float, str]]] = [[]]
    for text in texts:
        time = float(score.tempo_map.seconds(text.tick))
        plain = text.text
        if plain.startswith(("\\", "/", "\r", "\n")) and lines[-1]:
            lines.append([])
        syllable = plain.strip("\\/\r\n")
        if syllable and not syllable.startswith(("@", "{@")):
            if lines[-1] and time - lines[-1][-1][0] > 4.0:
                lines.append([])
            lines[-1].append((time, syllable))
        if plain.endswith(("\r", "\n")) and lines[-1]:
            lines.append([])
    found = []
    starts = [line[0][0] for line in lines if line]
    for i, line in enumerate(line for line in lines if line):
        after = starts[i + 1] if i + 1 < len(starts) else line[-1][0] + 2.0
        end = min(after, line[-1][0] + 2.0)
        spaced = any(s.startswith(" ") or s.endswith((" ", "-")) for _, s in line)
        words = "".join(s if spaced else f"{s} " for _, s in line)
        words = " ".join(words.replace("- ", "").replace("-", "").split())
        if words:
            found.append(Line(line[0][0], max(end, line[-1][0] + 0.2), words))
    return Lyrics(tuple(found))
