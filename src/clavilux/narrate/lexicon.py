"""Lexicon: what words mean to the picture, as an editable document.

A lexicon is a YAML file (ours is `lexicon.yaml`, whose head explains its keys). It
maps words and phrases to a `Meaning`; endings are taken off until a word is found.

Conventions
-----------
- Words are lower case; a phrase is words with one space between.
- Colours are OKLCH: lightness 0 to 1, chroma, hue in degrees.
- Factors are about 1, offsets about 0; camera speeds are per second.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from os import PathLike
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from clavilux.core.errors import DocumentError

_LARGEST_BYTES = 1 << 21
LONGEST_PHRASE = 3
_FIRST_WITHOUT_SPACES = "\u2e80"
"""From here on Unicode has Chinese and Japanese (and Korean, whose words are found as they are)."""
_LONGEST_PART = 6

Factor = Annotated[float, Field(ge=0, le=10)]
Offset = Annotated[float, Field(ge=-1, le=1)]
Speed = Annotated[float, Field(ge=-200, le=200)]


class Meaning(BaseModel):
    """What an entry's words ask for; see the head of `lexicon.yaml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    words: tuple[str, ...] = Field(min_length=1)
    colour: tuple[float, float, float] | None = None
    weight: Factor = 1.0
    palette: str | None = None
    look: Mapping[str, Factor] = Field(default_factory=dict)
    hue: Annotated[float, Field(ge=-180, le=180)] = 0.0
    chroma: Factor = 1.0
    contrast: Factor = 1.0
    light: Offset = 0.0
    glow: Offset = 0.0
    detail: Offset = 0.0
    flow: Factor = 1.0
    pace: Factor = 1.0
    forward: Speed = 0.0
    right: Speed = 0.0
    up: Speed = 0.0
    roll: Speed = 0.0


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid")

    format: Literal["clavilux.lexicon/1"]
    entries: list[Meaning] = Field(min_length=1)
    also: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    """Other words for what a word of the entries means."""


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """Meanings by word."""

    name: str
    meanings: Mapping[str, Meaning]
    digest: str
    """Of the document: differs whenever a meaning could."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Lexicon) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def find(self, word: str) -> Meaning | None:
        """Return the meaning of a word or phrase, or of its stem; None if it has none."""
        return next((self.meanings[s] for s in _stems(word) if s in self.meanings), None)

    def parts(self, text: str) -> list[str]:
        """Return the known words, longest first, in a text of a script without spaces, in order.

        None are returned of other scripts: ``art`` is no part of ``heart``.
        """
        found: list[str] = []
        at = 0
        while at < len(text):
            if text[at] < _FIRST_WITHOUT_SPACES:
                return []
            for end in range(min(len(text), at + _LONGEST_PART), at, -1):
                if text[at:end] in self.meanings:
                    found.append(text[at:end])
                    at = end
                    break
            else:
                at += 1
        return found


def load(path: str | PathLike[str] | None = None) -> Lexicon:
    """Read a lexicon; ours if `path` is None.

    Raises:
        DocumentError: There is no such file, or it is wrong; the message names the place.
    """
    if path is None:
        return _ours()
    file = Path(path)
    if not file.is_file():
        raise DocumentError(f"there is no lexicon {str(path)!r}; expected a YAML file")
    if file.stat().st_size > _LARGEST_BYTES:
        raise DocumentError(f"lexicon {path} is larger than 2 MB; it cannot be meant as one")
    return read(file.read_bytes(), str(path))


def text() -> str:
    """Return our lexicon's document, to read or to start one's own from."""
    return files("clavilux.narrate").joinpath("lexicon.yaml").read_text("utf-8")


def read(content: bytes, name: str) -> Lexicon:
    """Read a lexicon's document.

    Raises:
        DocumentError: It is wrong.
    """
    return _read(content, name, yaml.SafeLoader)


def _read(content: bytes, name: str, loader: Any) -> Lexicon:
    try:
        document = _Document.model_validate(yaml.load(content.decode(), Loader=loader))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise DocumentError(f"lexicon {name} is not YAML: {_first_line(error)}") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the document"
        raise DocumentError(f"lexicon {name}: {place}: {first['msg'].lower()}") from error
    meanings: dict[str, Meaning] = {}
    for entry in document.entries:
        _check_names(entry, name)
        for word in entry.words:
            meanings.setdefault(" ".join(word.lower().split()), entry)
    for word, others in document.also.items():
        if word not in meanings:
            raise DocumentError(f"lexicon {name}: also: no entry has the word {word!r}")
        for other in others:
            meanings.setdefault(" ".join(other.lower().split()), meanings[word])
    return Lexicon(name, meanings, hashlib.sha256(content).hexdigest())


@lru_cache(maxsize=1)
def _ours() -> Lexicon:
    # libyaml is seven times as fast, but its depth has no limit: it reads no file of users.
    return _read(text().encode(), "lexicon.yaml", getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def _check_names(entry: Meaning, name: str) -> None:
    from clavilux.matter import LOOKS
    from clavilux.matter.palettes import PALETTES

    looks = LOOKS.names()
    for look in entry.look:
        if look not in looks:
            raise DocumentError(
                f"lexicon {name}: {entry.words[0]!r}: no look is called {look!r}; "
                f"there are: {', '.join(looks)}"
            )
    if entry.palette is not None and entry.palette not in PALETTES:
        raise DocumentError(
            f"lexicon {name}: {entry.words[0]!r}: no palette is called {entry.palette!r}; "
            f"there are: {', '.join(sorted(PALETTES))}"
        )


def _stems(word: str) -> Iterator[str]:
    """Return a word, then what it may have been made from, likeliest first."""
    yield word
    for ending, replacements in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 2:
            stem = word[: -len(ending)]
            for replacement in replacements:
                yield stem + replacement
            if len(stem) > 2 and stem[-1] == stem[-2]:
                yield stem[:-1]  # spinning, foggy


_ENDINGS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("'s", ("",)),
    ("ies", ("y",)),
    ("ves", ("f", "fe")),
    ("es", ("", "e")),
    ("s", ("",)),
    ("e", ("",)),
    ("em", ("",)),
    ("ingly", ("", "e")),
    ("ing", ("", "e")),
    ("ied", ("y",)),
    ("ed", ("", "e")),
    ("ily", ("y",)),
    ("ly", ("",)),
    ("iness", ("y", "")),
    ("ness", ("",)),
    ("ish", ("", "e")),
    ("iest", ("y",)),
    ("est", ("", "e")),
    ("ier", ("y",)),
    ("er", ("", "e")),
    ("y", ("", "e")),
    ("ous", ("",)),
    ("ful", ("",)),
    ("en", ("",)),
)


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
