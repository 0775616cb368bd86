"""XML of editors, read without trusting it: no entities, no bottomless nesting."""

import codecs
import re
from fractions import Fraction
from io import StringIO
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from clavilux.core import text as texts
from clavilux.core.errors import DocumentError

_DEEPEST = 200
"""Elements inside elements; Premiere's deepest of the real exports tried has 24."""
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_ENCODINGS = ("iso", "cp", "utf", "shift", "euc", "gb", "big5", "koi8", "mac", "ascii")
_SECONDS = re.compile(r"([+-]?\d{1,18})(?:/(\d{1,18})|(\.\d{1,18}))?s?", re.ASCII)
_LONGEST_S = 10**7
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def decode(data: bytes) -> str:
    """Return XML as text, by its byte order mark or the encoding it declares."""
    declared = _DECLARED.match(data[:300].lstrip())
    if declared:
        try:
            name = codecs.lookup(declared[1].decode("ascii")).name
        except LookupError:
            name = "utf-8"
        if name.startswith(_ENCODINGS) and not name.startswith("utf"):
            return data.decode(name, errors="replace")
    return texts.decode(data)


def parse(text: str, path: Path) -> Element:
    """Return the root element.

    Raises:
        DocumentError: It is not well-formed, defines entities or is nested too deeply.
    """
    if "<!ENTITY" in text:
        raise DocumentError(f"{path} defines XML entities, which no editor's export does")
    depth = 0
    try:
        events = ElementTree.iterparse(StringIO(text.lstrip("\ufeff \t\r\n")), ("start", "end"))
        for event, _ in events:
            depth += 1 if event == "start" else -1
            if depth > _DEEPEST:
                raise DocumentError(
                    f"{path} nests elements more than {_DEEPEST} deep; no editor's export does"
                )
        return events.root  # type: ignore[attr-defined, no-any-return]  # documented
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise DocumentError(f"{path} is not well-formed XML: {error}") from error


def seconds(text: str, path: Path) -> Fraction:
    """Return FCPXML's rational seconds, such as ``3003/1001s`` or ``5s``.

    Raises:
        DocumentError: It is not such a time, or lies beyond a hundred days.
    """
    match = _SECONDS.fullmatch(text.strip())
    if not match or (match[2] is not None and int(match[2]) == 0):
        raise DocumentError(f"{path}: {text[:40]!r} is not a time; expected such as 3003/1001s")
    time = Fraction(int(match[1]), int(match[2] or 1))
    if match[3]:
        time = Fraction(match[1] + match[3])
    if abs(time) > _LONGEST_S:
        raise DocumentError(f"{path}: the time {text[:40]} lies beyond any film")
    return time


def child_text(element: Element, tag: str, default: str = "") -> str:
    """Return the text of an element's child `tag`, stripped."""
    found = element.find(tag)
    return (found.text or default).strip() if found is not None else default


def to_text(root: Element, doctype: str) -> str:
    """Return an element tree as an indented XML document."""
    ElementTree.indent(root)
    body = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE {doctype}>\n{body}\n'


def clean(text: str) -> str:
    """Return `text` without the characters that XML cannot hold."""
    return _FORBIDDEN.sub("", text)
