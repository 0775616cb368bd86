"""Lyrics as files: LRC, SubRip, WebVTT and plain text in; SubRip, LRC and ASS out.

Conventions
-----------
- LRC is read with several times a line, word times (``<00:12.30>``) and ``[offset:]``.
- A plain text has no times: see `Sheet.lines`.
"""

import re
from dataclasses import dataclass
from itertools import pairwise
from os import PathLike
from pathlib import Path

from clavilux.core.errors import DocumentError
from clavilux.core.lyrics import Line, Lyrics, Word
from clavilux.core.text import decode, read_bytes

READABLE = (".lrc", ".srt", ".vtt", ".txt")
WRITABLE = (".srt", ".lrc", ".ass")
_LARGEST_BYTES = 4 << 20
_LONGEST_LINE_S = 8.0
"""A line of LRC, which has no end, is shown at most so long."""
_MOST_S = 1e6
_STAMP = re.compile(r"\[(\d{1,4}):(\d{1,2}(?:[.:]\d{1,3})?)\]")
_WORD_STAMP = re.compile(r"<(\d{1,4}):(\d{1,2}(?:[.:]\d{1,3})?)>")
_TAG = re.compile(r"\[([a-zA-Z]+):([^\]]*)\]")
_HEADING = re.compile(r"[\[(][^\])]*[\])]\s*:?$")
_CUE = re.compile(
    r"(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})\s*-->\s*(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})"
)
_MARKUP = re.compile(r"<[^<>]*>|\{\\[^{}]*\}")


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a file of lyrics holds."""

    lyrics: Lyrics | None
    """With times, if the file has them."""
    lines: tuple[str, ...]
    """Its lines, without times."""


def read(path: str | PathLike[str]) -> Sheet:
    """Read lyrics.

    Raises:
        DocumentError: They cannot be read, or there are none; the message says why.
    """
    name, suffix = str(path), Path(path).suffix.lower()
    if suffix not in READABLE:
        raise DocumentError(
            f"{name} is no file of lyrics; expected a name that ends in {', '.join(READABLE)}"
        )
    text = decode(read_bytes(path, largest=_LARGEST_BYTES, what="a file of lyrics"))
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    if suffix == ".lrc" or (suffix == ".txt" and _STAMP.search(text)):
        lines = _lrc(text)
    elif suffix in (".srt", ".vtt"):
        lines = _cues(text, name)
    else:
        plain = [" ".join(line.split()) for line in text.split("\n")]
        kept = tuple(line for line in plain if line and not _HEADING.match(line))
        if not kept:
            raise DocumentError(f"{name} holds no lyrics")
        return Sheet(None, kept)
    if not lines:
        raise DocumentError(f"{name} holds no line with a time; expected such as [00:12.50] words")
    return Sheet(Lyrics(tuple(lines)), tuple(line.text for line in lines))


def dump(lyrics: Lyrics, suffix: str) -> str:
    """Return lyrics as the text of a file: ``.srt``, ``.lrc`` or ``.ass``."""
    return {".srt": _dump_srt, ".lrc": _dump_lrc, ".ass": _dump_ass}[suffix](lyrics)


def _lrc(text: str) -> list[Line]:
    offset_s = 0.0
    found: list[tuple[float, str, tuple[tuple[float, str], ...]]] = []
    for row in text.split("\n"):
        if (tag := _TAG.fullmatch(row.strip())) is not None and tag[1].lower() == "offset":
            offset_s = _number(tag[2]) / 1000
            continue
        stamps = list(_STAMP.finditer(row))
        if not stamps:
            continue
        rest = row[stamps[-1].end() :]
        words = _timed(rest)
        plain = " ".join(_WORD_STAMP.sub(" ", rest).split())
        found += [(_seconds(m[1], m[2]), plain, words) for m in stamps]
    found.sort(key=lambda row: row[0])
    lines = []
    for i, (start, plain, words) in enumerate(found):
        if not plain:
            continue  # an empty line ends the one before
        later = [row[0] for row in found[i + 1 :] if row[0] > start]
        end = min(later[0] if later else start + 4.0, start + _LONGEST_LINE_S)
        # A positive offset shows words earlier, by the format's custom.
        begin = max(0.0, start - offset_s)
        ends = [*(t for t, _ in words[1:]), end]
        timed = tuple(
            Word(max(0.0, t - offset_s), max(0.0, max(t, e) - offset_s), w)
            for (t, w), e in zip(words, ends, strict=False)
        )
        lines.append(Line(begin, max(begin + 0.1, end - offset_s), plain, timed))
    return lines


def _timed(text: str) -> tuple[tuple[float, str], ...]:
    """Return words with times, if a line has them, in order."""
    stamps = list(_WORD_STAMP.finditer(text))
    if not stamps:
        return ()
    edges = [m.start() for m in stamps[1:]] + [len(text)]
    pairs = [
        (_seconds(m[1], m[2]), " ".join(text[m.end() : end].split()))
        for m, end in zip(stamps, edges, strict=True)
    ]
    words = tuple((t, word) for t, word in pairs if word)
    return words if all(a[0] <= b[0] for a, b in pairwise(words)) else ()


def _cues(text: str, name: str) -> list[Line]:
    lines = []
    matches = list(_CUE.finditer(text))
    if not matches:
        raise DocumentError(f"{name} holds no cue; expected such as 00:00:12,500 --> 00:00:15,000")
    for i, match in enumerate(matches):
        end_of = matches[i + 1].start() if i + 1 < len(matches) else len(text)
        rows = text[match.end() : end_of].split("\n")[1:]
        kept: list[str] = []
        for row in rows:
            if not row.strip():
                break
            kept.append(row)
        words = " ".join(_MARKUP.sub(" ", " ".join(kept)).split())
        start, end = _clock_s(match.groups()[:4]), _clock_s(match.groups()[4:])
        if words and end > start:
            lines.append(Line(start, end, words))
    return sorted(lines, key=lambda line: line.start_s)


def _clock_s(parts: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, fraction = parts
    whole = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
    return whole + int((fraction or "0").ljust(3, "0")) / 1000


def _seconds(minutes: str, seconds: str) -> float:
    return min(_MOST_S, int(minutes) * 60 + float(seconds.replace(":", ".")))


def _number(text: str) -> float:
    try:
        return max(-_MOST_S, min(_MOST_S, float(text)))
    except ValueError:
        return 0.0


def _dump_srt(lyrics: Lyrics) -> str:
    blocks = [
        f"{i}\n{_srt_clock(line.start_s)} --> {_srt_clock(line.end_s)}\n{line.text}\n"
        for i, line in enumerate(lyrics.lines, start=1)
    ]
    return "\n".join(blocks)


def _dump_lrc(lyrics: Lyrics) -> str:
    rows = []
    for line in lyrics.lines:
        text = line.text
        if line.words:
            text = " ".join(f"<{_lrc_clock(w.start_s)}> {w.text}" for w in line.words)
        rows.append(f"[{_lrc_clock(line.start_s)}]{text}\n")
    return "".join(rows)


def _dump_ass(lyrics: Lyrics) -> str:
    head = (
        "[Script Info]\nScriptType: v4.00+\nPlayResX: 1280\nPlayResY: 720\n"
        "WrapStyle: 0\n\n[V4+ Styles]\n"
        "Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, "
        "BackColour, Bold, Outline, Shadow, Alignment, MarginL, MarginR, MarginV\n"
        "Style: Lyrics,Sans,44,&H00FFFFFF,&H0080D0FF,&H80000000,&H80000000,1,2,1,2,64,64,48\n\n"
        "[Events]\nFormat: Layer, Start, End, Style, Text\n"
    )
    rows = []
    for line in lyrics.lines:
        text = _ass_text(line.text)
        if line.words:  # karaoke: each word with its length in hundredths of a second
            parts, at = [], line.start_s
            for word in line.words:
                parts.append(f"{{\\k{max(0, round((word.start_s - at) * 100))}}}")
                length = max(1, round((word.end_s - word.start_s) * 100))
                parts.append(f"{{\\k{length}}}{_ass_text(word.text)} ")
                at = word.end_s
            text = "".join(parts).strip()
        clocks = f"{_ass_clock(line.start_s)},{_ass_clock(line.end_s)}"
        rows.append(f"Dialogue: 0,{clocks},Lyrics,{text}\n")
    return head + "".join(rows)


def _ass_text(text: str) -> str:
    return text.replace("\\", "/").replace("{", "(").replace("}", ")")


def _srt_clock(time_s: float) -> str:
    seconds, milliseconds = divmod(round(time_s * 1000), 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02},{milliseconds:03}"


def _lrc_clock(time_s: float) -> str:
    hundredths = round(time_s * 100)
    return f"{hundredths // 6000:02}:{hundredths // 100 % 60:02}.{hundredths % 100:02}"


def _ass_clock(time_s: float) -> str:
    hundredths = round(time_s * 100)
    seconds = hundredths // 100
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}.{hundredths % 100:02}"
