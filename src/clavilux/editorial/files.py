"""Files of editors: markers and clips in and out, whatever the editing program."""

import os
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

from clavilux.core.errors import DocumentError, InputError
from clavilux.core.files import write_text
from clavilux.core.text import decode, read_bytes
from clavilux.editorial import edl, fcpxml, otio, protools, subtitles, table, xmeml, xml
from clavilux.editorial.timeline import Timeline

_LARGEST_BYTES = 32 << 20
_READABLE = (
    "an EDL, FCPXML, Premiere or Final Cut 7 XML, OTIO, CSV or Pro Tools session text with markers"
)

_WRITERS: dict[str, Callable[[Timeline], str]] = {
    ".edl": edl.dump,
    ".fcpxml": fcpxml.dump,
    ".xml": xmeml.dump,
    ".csv": table.dump,
    ".otio": otio.dump,
    ".srt": subtitles.dump,
}
WRITABLE_SUFFIXES = tuple(_WRITERS)
"""What `write` can write, told by the target's suffix."""

_Parse = Callable[[str, Path, Fraction, Fraction | None], Timeline]


def read(
    path: str | os.PathLike[str],
    *,
    frame_rate: Fraction,
    duration: Fraction | None = None,
) -> Timeline:
    """Read markers and clips from what an editing program exports.

    The format is told by content, not by name: EDL, FCPXML (also as the folder
    ``.fcpxmld``), xmeml, OpenTimelineIO or a table of markers; in UTF-8 or UTF-16.

    Args:
        path: The file, or a ``.fcpxmld`` folder.
        frame_rate: The film's, to read time code by where the file does not say.
        duration: The film's, seconds, where it is known: it tells at which time
            code a timeline begins in files that do not say.

    Raises:
        DocumentError: It cannot be read, or is none of these.
    """
    path = Path(path)
    found = _inside_folder(path) if path.is_dir() else path
    data = read_bytes(found, largest=_LARGEST_BYTES, what="an editor's export")
    if data.startswith(b"\x1f\x8b"):
        raise DocumentError(f"{path} is a project file; export from it {_READABLE}")
    text = decode(data)
    parse = _parser(text, found)
    if parse is None:
        raise DocumentError(f"{path} holds no markers; expected {_READABLE}")
    if text.lstrip().startswith("<"):
        text = xml.decode(data)
    try:
        return parse(text, path, frame_rate, duration)
    except DocumentError as error:
        if str(path) in str(error):
            raise
        raise DocumentError(f"{path}: {error}") from error


def is_edl(text: str) -> bool:
    """Return True if `text` is an edit decision list: it has a title, or events."""
    return any(
        line[:6].upper() == "TITLE:" or line[:4].upper() == "FCM:" or edl.is_event(line)
        for line in map(str.strip, text.splitlines()[:2000])
    )


def _parser(text: str, path: Path) -> _Parse | None:
    head = text.lstrip("\ufeff \t\r\n")
    if head.startswith("<"):
        return xmeml.parse if "<xmeml" in text[:4000] else fcpxml.parse
    if otio.looks_like(head):
        return otio.parse
    if protools.looks_like(head):
        return protools.parse
    if is_edl(head) or path.suffix.lower() == ".edl":
        return edl.parse
    return table.parse if table.looks_like(head) else None


def _inside_folder(path: Path) -> Path:
    names = sorted(path.glob("*.fcpxml"))
    named = [name for name in names if name.name == "Info.fcpxml"] or names
    if not named:
        raise DocumentError(f"{path} is a folder without an .fcpxml; expected {_READABLE}")
    return named[0]


def check_suffix(target: str | os.PathLike[str]) -> None:
    """Raise InputError unless `write` can write a file of that name."""
    suffix = Path(target).suffix.lower()
    if suffix not in _WRITERS:
        raise InputError(
            f"{target} has no suffix that a timeline can be written to: "
            f"{', '.join(WRITABLE_SUFFIXES)}"
        )


def write(timeline: Timeline, target: str | os.PathLike[str]) -> Path:
    """Write a timeline as its target's suffix says: one of `WRITABLE_SUFFIXES`.

    Times are rounded to whole frames where the format counts in frames.

    Raises:
        InputError: The suffix is none of these.
        OutputError: The file cannot be written.
    """
    check_suffix(target)
    write_text(target, _WRITERS[Path(target).suffix.lower()](timeline))
    return Path(target)
