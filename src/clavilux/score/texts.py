"""Texts: names and lyrics of a MIDI file, whose encoding nothing says.

A text is UTF-16 or UTF-8 where its bytes say so. All others of a file are of one older
encoding: the one a karaoke tag names, or the likeliest for all of them together, since
one short name alone tells little.
"""

import re
from collections.abc import Callable, Iterable

from clavilux.score.drum_words import Says, says

CODE_PAGES = (
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp874",
    "koi8-r", "cp932", "gb18030", "big5", "cp949", "euc-jp",
)  # fmt: skip
"""The encodings that programs wrote names in; of the many a detector knows, the plausible."""
_WESTERN = ("cp1252", "cp1250", "cp1254", "cp1257")
_TAGS = ((b"{@JP}", "cp932"), (b"{@LATIN}", "cp1252"))
"""Of lyrics, by the MIDI Association's RP-026."""
_MOST_BYTES = 4096
"""Looked at to find the encoding."""
_ACCENTED = re.compile(rb"(?<![\x80-\xff])[\xc0-\xff](?![\x80-\xff])")
_HIGH = re.compile(rb"[\x80-\xff]")


def decoder(samples: Iterable[bytes]) -> Callable[[bytes], str]:
    """Return what turns the texts of a file into words.

    Args:
        samples: All texts of the file.
    """
    pool, tagged = bytearray(), ""
    for sample in samples:
        for tag, encoding in _TAGS:
            tagged = encoding if sample.startswith(tag) else tagged
        if _unicode(sample) is None and len(pool) < _MOST_BYTES:
            pool += sample.rstrip(b"\0") + b"\n"
    encoding = _older_encoding(bytes(pool), tagged) if pool else "latin-1"

    def decode(data: bytes) -> str:
        text = _unicode(data)
        if text is None:
            try:
                text = data.decode(encoding)
            except UnicodeDecodeError:
                text = data.decode("latin-1")
        return text.rstrip("\0")

    return decode


def _unicode(data: bytes) -> str | None:
    """Decode UTF-8 and UTF-16; NULs at the end are padding."""
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if data.startswith(mark):
            return data[2:].decode(encoding, "replace")
    if len(data) >= 4 and len(data) % 2 == 0:
        for nulls, encoding in ((data[1::2], "utf-16-le"), (data[::2], "utf-16-be")):
            if 2 * nulls.count(0) > len(nulls) and 2 * nulls.count(0) > data.count(0):
                return data.decode(encoding, "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


def _older_encoding(pool: bytes, tagged: str) -> str:
    """Return the likeliest encoding of the texts that are not Unicode."""
    import chardet  # loads tables that most files don't need

    pages = _WESTERN if _is_western(pool) else CODE_PAGES
    found = chardet.detect_all(pool, ignore_threshold=True, include_encodings=pages)
    ranked: list[str] = [tagged, *(str(guess["encoding"]) for guess in found), *pages]
    possible = [page for page in ranked if _can_be(pool, page)]
    for page in possible:
        if any(_means_drums(line) for line in pool.decode(page).splitlines()):
            return page  # a name that means something there is no chance
    return possible[0] if possible else "latin-1"


def _means_drums(line: str) -> bool:
    """Return whether a line names drums by its letters above ASCII."""
    known, plain = (Says.KIT, Says.PIECE), re.sub(r"[^\x00-\x7f]", " ", line)
    return says(line) in known and says(plain) not in known


def _is_western(pool: bytes) -> bool:
    """Return whether all letters above ASCII stand alone, as accented ones among others do."""
    return len(_HIGH.findall(pool)) == len(_ACCENTED.findall(pool))


def _can_be(pool: bytes, page: str) -> bool:
    try:
        pool.decode(page)
    except (UnicodeDecodeError, LookupError):
        return False
    return True
