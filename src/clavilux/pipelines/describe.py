"""Describe: music becomes words: a story, subtitles, a text, a page or a picture of it."""

import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from clavilux.core import arguments
from clavilux.core.arguments import PathLike, TimeLike
from clavilux.core.files import write_text
from clavilux.core.lyrics import Line, Lyrics
from clavilux.core.progress import Progress, silent
from clavilux.draw.story import Quote, StoryPicture, draw_story
from clavilux.editorial import lyrics as lyric_files
from clavilux.listen.windows import SILENT_DB
from clavilux.narrate import abstractions
from clavilux.narrate.content import CONFIDENT
from clavilux.narrate.story import Span, Story
from clavilux.narrate.telling import Teller, colour_of, edges_of, tell
from clavilux.pipelines.music import Music, check_length, open_music
from clavilux.pipelines.story import TellingOptions, Told, read_lyrics, tell_story, teller_of

SUFFIXES = (".jsonl", ".srt", ".txt", ".md", ".png")
_MOST_LANES = 12
_MOST_QUOTES = 12


def describe(
    music: PathLike,
    output: PathLike,
    *,
    every: TimeLike = 1.0,
    voice: str = "poetic",
    words: PathLike | None = None,
    abstract: str = "words",
    vectors: PathLike | None = None,
    allow_pickle: bool = False,
    lyrics: PathLike | None = None,
    seed: int = 0,
    drums: str | None = None,
    to_end: bool = False,
    tempo: float | None = None,
    meter: str | None = None,
    beats: PathLike | Sequence[float] | None = None,
    progress: Progress = silent,
) -> Path:
    """Write what `music` says in words.

    Args:
        music: A MIDI file or a recording.
        output: ``.jsonl`` (the story, to be changed and given to ``see --story``), ``.srt`` (its
            sentences as subtitles), ``.txt``, ``.md`` (a page with the tuples) or ``.png`` (a
            picture of the song).
        progress: Progress callback, called with (done, total, stage).

    The others are the options of ``clavilux describe``, with the same names and forms;
    `TellingOptions` says what each means.

    Returns:
        The path of what was written.

    Raises:
        InputError: The music or an argument cannot be used; the message names it.
        OutputError: The output cannot be written.
    """
    options = TellingOptions(
        every=every, voice=voice, words=words, abstract=abstract, vectors=vectors,
        allow_pickle=allow_pickle, lyrics=lyrics, seed=seed, drums=drums, to_end=to_end,
        tempo=tempo, meter=meter, beats=beats,
    )  # fmt: skip
    return describe_with(options, music, output, progress=progress)


def describe_with(
    options: TellingOptions, music: PathLike, output: PathLike, *, progress: Progress = silent
) -> Path:
    """Write by options that are checked; else as `describe`."""
    source = Path(arguments.path(music, "music"))
    read = (source, options.lyrics, options.words, options.vectors)
    target = arguments.target(output, SUFFIXES, *read)
    suffix = target.suffix.lower()
    teller, sheet = teller_of(options), read_lyrics(options.lyrics)
    progress(0, 1, "listening")
    piece = open_music(
        source,
        drums=options.drums,
        to_end=options.to_end,
        tempo=options.tempo,
        meter=options.meter,
        beats=options.beats,
    )
    for line in piece.warnings:
        warnings.warn(f"{piece.path.name}: {line}", stacklevel=3)
    check_length(piece.path, piece.duration_s)
    told = tell_story(piece, options, teller, sheet)
    if suffix == ".png":
        draw_story(_picture(piece, told, teller), target)
    else:
        write_text(target, _texts(told.story, suffix))
    return target


def _texts(story: Story, suffix: str) -> str:
    if suffix == ".jsonl":
        return story.dump()
    if suffix == ".srt":
        lines = tuple(Line(s.start_s, s.end_s, s.sentence) for s in story.spans)
        return lyric_files.dump(Lyrics(lines), ".srt")
    if suffix == ".txt":
        return "".join(f"{_clock(s.start_s)}  {s.sentence}\n" for s in story.spans)
    return _page(story)


def _page(story: Story) -> str:
    """Return a story as Markdown: a heading a section, a row a span."""
    rows = [f"# {_escaped(story.heading.music)}\n"]
    section = None
    for span in story.spans:
        if span.section != section:
            section = span.section
            rows.append(
                f"\n## {_escaped(section) or 'Music'}, from {_clock(span.start_s)}\n\n"
                "| time | content | in words |\n|---|---|---|\n"
            )
        content = ", ".join(span.content().as_tuple())
        name = span.colour_name
        rows.append(
            f"| {_clock(span.start_s)} | ({_escaped(content)}) {_escaped(name)} | "
            f"{_escaped(span.sentence)} |\n"
        )
    return "".join(rows)


def _escaped(text: str) -> str:
    return " ".join(text.split()).replace("\\", "\\\\").replace("|", "\\|")


def _clock(time_s: float) -> str:
    tenths = round(time_s * 10)
    return f"{tenths // 600}:{tenths // 10 % 60:02}.{tenths % 10}"


def _picture(piece: Music, told: Told, teller: Teller) -> StoryPicture:
    windows, heard = told.windows, told.instruments
    level = np.where(windows.is_silent, SILENT_DB, windows.level_db)
    top = float(np.percentile(level, 98))
    low = max(SILENT_DB, min(float(np.percentile(level, 3)), top - 18) - 6)
    loudness = np.clip((level - low) / max(top - low, 1e-6), 0, 1) ** 1.7
    n = len(windows)
    colours = [colour_of(windows.joined(i, i + 1)) for i in range(n)]
    confidence = heard.confidence[:n]
    weight = np.where(confidence >= CONFIDENT, confidence, 0).sum(axis=0)
    order = [i for i in np.argsort(-weight, kind="stable").tolist() if weight[i] > 0][:_MOST_LANES]
    vocabulary = abstractions.load()
    lanes = [
        (vocabulary.entry(heard.labels[i]).spoken, confidence[:, i].astype(np.float64))
        for i in sorted(order, key=lambda i: heard.labels.index(heard.labels[i]))
    ]
    edges = edges_of(piece.facts, "section", piece.facts.duration_s)
    spans = tell(piece.facts, heard, windows, told.lyrics, edges, teller)
    minutes = f"{int(piece.facts.duration_s) // 60}:{int(piece.facts.duration_s) % 60:02}"
    about: list[str] = [minutes]
    if len(piece.facts.beats_s) > 1:
        about.append(f"{60 / float(np.median(np.diff(piece.facts.beats_s))):.0f} beats a minute")
    about.append(f"{len(piece.facts.sections)} sections" if len(piece.facts.sections) > 1 else "")
    return StoryPicture(
        title=_title(piece.path.stem),
        subtitle="  ·  ".join(part for part in about if part),
        duration_s=max(piece.facts.duration_s, 1e-3),
        loudness=loudness,
        colours=colours,
        instruments=lanes,
        sections=piece.facts.sections if len(piece.facts.sections) > 1 else (),
        words=[(line.start_s, line.text) for line in told.lyrics.lines],
        quotes=[_quote(span) for span in _told_apart(spans)],
    )


def _told_apart(spans: Sequence[Span]) -> Sequence[Span]:
    """Return the spans that are quoted: the longest ones, in order, if there are many."""
    if len(spans) <= _MOST_QUOTES:
        return spans
    longest = sorted(spans, key=lambda s: s.start_s - s.end_s)[:_MOST_QUOTES]
    return sorted(longest, key=lambda s: s.start_s)


def _quote(span: Span) -> Quote:
    return Quote(span.start_s, span.section, span.sentence, span.colour)


def _title(stem: str) -> str:
    words = " ".join(stem.replace("_", " ").split()) or "Music"
    return words if any(c.isupper() for c in words) else words[:1].upper() + words[1:]
