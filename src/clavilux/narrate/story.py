"""The story: what is in a piece, span by span, as a document to read, change and film.

It is JSON Lines: the first line says of which music it is, every other is a span with its
content tuple and its sentence. Lines may be changed, removed and added by hand; a span without
a sentence gets one from its tuple.
"""

import math
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from clavilux.core.errors import DocumentError
from clavilux.core.text import decode, read_bytes
from clavilux.narrate import colours
from clavilux.narrate.content import Content, volume_of

FORMAT: Final = "clavilux.story/1"
_LARGEST_BYTES = 64 << 20
_MOST_SPANS = 200_000

Name = Annotated[str, StringConstraints(min_length=1, max_length=60, strip_whitespace=True)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Heading(_Part):
    """The first line."""

    format: Literal["clavilux.story/1"] = FORMAT
    music: str = Field(description="The file's name.")
    duration_s: float = Field(gt=0, le=1e6)
    voice: str = Field(default="poetic", description="The grammar of its sentences.")
    seed: int = Field(default=0, ge=0, description="Decides what they leave to chance.")


class Span(_Part):
    """A stretch of the music: every other line."""

    start_s: float = Field(ge=0, le=1e6)
    end_s: float = Field(gt=0, le=1e6)
    section: str = Field(default="", max_length=200, description="Label of the section it is in.")
    volume: Literal["loud", "quiet"] = "loud"
    volume_db: float | None = Field(
        default=None, description="Louder than the running average; null for silence."
    )
    words: str = Field(default="", max_length=4000, description="What is said or sung.")
    instruments: tuple[Name, ...] = Field(default=(), max_length=12)
    colour: str = Field(default="#000000", pattern=r"^#[0-9a-fA-F]{6}$")
    colour_name: str = Field(default="", max_length=60, description="The nearest name, if absent.")
    abstractions: tuple[Name, ...] = Field(default=(), max_length=12)
    sentence: str = Field(default="", max_length=4000)

    def model_post_init(self, context: object) -> None:
        """Raise an error if it ends before it begins."""
        if self.end_s <= self.start_s:
            raise ValueError(f"ends at {self.end_s:g} s, not after its start, {self.start_s:g} s")

    def content(self) -> Content:
        """Return its content tuple."""
        db = self.volume_db
        if db is None:
            db = -math.inf if not (self.instruments or self.words) else 0.0
        if volume_of(db) != self.volume:  # a person changed the word, not the number
            db = 2.0 if self.volume == "loud" else -3.0
        return Content(
            volume=self.volume,
            words=self.words,
            instruments=self.instruments,
            colour=self.colour.lower(),
            colour_name=self.colour_name or colours.name_of(self.colour),
            abstractions=self.abstractions,
            volume_db=db,
        )


class Story(_Part):
    """A piece, span by span."""

    heading: Heading
    spans: tuple[Span, ...] = Field(min_length=1)

    def model_post_init(self, context: object) -> None:
        """Raise an error if spans overlap or are in disorder."""
        for number, (before, after) in enumerate(
            zip(self.spans, self.spans[1:], strict=False), start=2
        ):
            if after.start_s < before.end_s - 1e-6:
                raise ValueError(
                    f"span {number} starts at {after.start_s:g} s, before the last ends, at "
                    f"{before.end_s:g} s"
                )

    def dump(self) -> str:
        """Return it as JSON Lines."""
        lines = [self.heading.model_dump(), *(span.model_dump() for span in self.spans)]
        return "".join(orjson.dumps(line).decode() + "\n" for line in lines)


def span_of(start_s: float, end_s: float, section: str, content: Content, sentence: str) -> Span:
    """Return a span with a content tuple."""
    db = content.volume_db
    return Span(
        start_s=round(start_s, 3),
        end_s=round(end_s, 3),
        section=section,
        volume="loud" if content.volume == "loud" else "quiet",
        volume_db=round(db, 1) if math.isfinite(db) else None,
        words=content.words[:4000],
        instruments=content.instruments,
        colour=content.colour,
        colour_name=content.colour_name,
        abstractions=content.abstractions,
        sentence=sentence,
    )


def read(path: str | Path) -> Story:
    """Read a story.

    Raises:
        DocumentError: It cannot be read, or is none; the message names the line.
    """
    text = decode(read_bytes(path, largest=_LARGEST_BYTES, what="a story"))
    rows = [(i, line) for i, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if len(rows) < 2:
        raise DocumentError(
            f"{path} holds no story; expected JSON Lines as `clavilux describe` writes them: a "
            "heading, then a line a span"
        )
    if len(rows) > _MOST_SPANS:
        raise DocumentError(f"{path} has {len(rows)} lines; a story has at most {_MOST_SPANS}")
    heading = _line(Heading, *rows[0], path)
    spans = [_line(Span, number, line, path) for number, line in rows[1:]]
    for (number, _), span, later in zip(rows[2:], spans, spans[1:], strict=False):
        if later.start_s < span.end_s - 1e-6:
            raise DocumentError(
                f"{path}: line {number}: starts at {later.start_s:g} s, before the line above "
                f"ends, at {span.end_s:g} s"
            )
    return Story(heading=heading, spans=tuple(spans))


def is_story(path: Path) -> bool:
    """Return True if a file is a story, by its first bytes."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return b"clavilux.story" in file.read(256)


def joined_words(words: Iterable[str]) -> str:
    """Return words as one text, without doubled spaces."""
    return " ".join(" ".join(words).split())


def _line(kind: type[Any], number: int, line: str, path: str | Path) -> Any:
    try:
        return kind.model_validate(orjson.loads(line))
    except orjson.JSONDecodeError as error:
        raise DocumentError(f"{path}: line {number} is not JSON: {str(error).lower()}") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        what = first["msg"].removeprefix("Value error, ")
        what = what[:1].lower() + what[1:]
        where = f"line {number}: {place}: " if place else f"line {number}: "
        raise DocumentError(f"{path}: {where}{what}") from error
