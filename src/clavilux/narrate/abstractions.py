"""Abstractions: what instruments become in words, from an editable document.

A vocabulary is a YAML file (ours is `abstractions.yaml`, whose head explains its keys). It
has AIMV's rows, (crash, splash, synth) → (impact, wave, tech) among them, word by word;
an instrument that it lacks gets its category from the nearest word that it has.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from os import PathLike
from typing import Annotated, Literal

import numpy as np
import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from clavilux.core.errors import DocumentError
from clavilux.core.text import decode, read_bytes
from clavilux.narrate.vectors import Vectors, ours

_LARGEST_BYTES = 1 << 21
KINDS = ("phenomenon", "object", "substance", "shape", "plant", "animal")
"""WordNet's kinds of nouns among which similar words are searched for: what can be seen."""
_CHOICE = 6
"""Of the nearest words one is taken by chance among so many."""

_ALIKE = 0.45
"""How near a word must be to an instrument to be taken for one like it: names of instruments
lie at .5 and more of one another in the shipped table, other nouns below .4."""

Short = Annotated[str, StringConstraints(min_length=1, max_length=60, strip_whitespace=True)]


class Entry(BaseModel):
    """What is said of one instrument; see the head of `abstractions.yaml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    of: Short
    spoken: Short
    noun: Short
    plural: bool = False
    also: tuple[Short, ...] = ()
    category: Short
    word: Short
    nouns: tuple[Short, ...] = ()
    qualities: tuple[Short, ...] = ()
    acts: tuple[Short, ...] = ("play",)
    near: tuple[Short, ...] = ()


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid")

    format: Literal["clavilux.abstractions/1"]
    actions: tuple[Short, ...] = Field(min_length=1)
    verbs: Mapping[str, Short]
    drum_verb: Short = "Drum stick strikes"
    entries: list[Entry] = Field(min_length=1)


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """What instruments become in words."""

    entries: Mapping[str, Entry]
    actions: tuple[str, ...]
    """What a singer does with what is sung of: ``holding``."""
    verbs: Mapping[str, str]
    """AIMV's verb of each category; others play."""
    drum_verb: str
    """AIMV's verb of drums that are no kicks."""

    def entry(self, instrument: str) -> Entry:
        """Return the entry of an instrument, one made for it if there is none."""
        name = instrument.strip().lower()
        for key in (name, name.replace(" ", "_"), name.replace("-", "_")):
            if key in self.entries:
                return self.entries[key]
        named = (e for e in self.entries.values() if name in (e.spoken, e.noun, *e.also))
        return next(named, None) or self._made(name)

    def _made(self, name: str) -> Entry:
        """Make an entry for a word that has none: of the category of the nearest that has one."""
        words, table = name.replace("_", " ").replace("-", " ").split(), ours()
        direction = table.mean(words)
        category: str = "other"
        acts: tuple[str, ...] = ("play",)
        if direction is not None:
            near = [
                (float(direction @ table.matrix[table.place(word)]), entry)
                for entry in self.entries.values()
                for word in (entry.spoken, *entry.also)
                if word in table
            ]
            alike, best = max(near, key=lambda pair: pair[0])
            if alike >= _ALIKE:
                category, acts = best.category, best.acts
        plain = " ".join(words) or "sound"
        return Entry(of=name or "sound", spoken=plain, noun=plain, category=category,
                     word=plain, acts=acts, near=tuple(words))  # fmt: skip

    def verb(self, entry: Entry) -> str:
        """Return AIMV's verb of an instrument."""
        if entry.category == "drum" and entry.of != "kick":
            return self.drum_verb
        return self.verbs.get(entry.category, "plays")


Abstract = Callable[[Sequence[str], np.random.Generator], tuple[str, ...]]
"""Turns instruments into as many abstract words; what is chance comes from the generator."""


def by_vocabulary(vocabulary: Vocabulary) -> Abstract:
    """Return what gives the words that a vocabulary names."""

    def abstract(instruments: Sequence[str], _: np.random.Generator) -> tuple[str, ...]:
        return tuple(vocabulary.entry(name).word for name in instruments)

    return abstract


def by_similarity(vocabulary: Vocabulary, vectors: Vectors | None = None) -> Abstract:
    """Return what gives words near in meaning to each instrument, or to what stands near it.

    Args:
        vocabulary: Which words stand near an instrument.
        vectors: Which words are near in meaning; the shipped table if None.
    """
    table = vectors or ours()

    @lru_cache(maxsize=256)
    def near(name: str) -> tuple[str, ...]:
        entry = vocabulary.entry(name)
        kinds = KINDS if table.kinds else ()
        for query in (entry.near, (entry.word,), (entry.spoken,)):
            if found := table.nearest(query, n=_CHOICE, kinds=kinds):
                return found
        return (entry.word,)

    def abstract(instruments: Sequence[str], rng: np.random.Generator) -> tuple[str, ...]:
        chosen: list[str] = []
        for name in instruments:
            free = [word for word in near(name) if word not in chosen] or list(near(name))
            chosen.append(free[int(rng.integers(len(free)))])
        return tuple(chosen)

    return abstract


def load(path: str | PathLike[str] | None = None) -> Vocabulary:
    """Read a vocabulary; ours if `path` is None.

    Raises:
        DocumentError: It cannot be read, or is wrong; the message names the place.
    """
    if path is None:
        return _ours()
    content = read_bytes(path, largest=_LARGEST_BYTES, what="a vocabulary of instruments")
    return _read(decode(content), str(path))


def text() -> str:
    """Return our vocabulary's document, to start one's own from."""
    return files("clavilux.narrate").joinpath("abstractions.yaml").read_text("utf-8")


@lru_cache(maxsize=1)
def _ours() -> Vocabulary:
    return _read(text(), "abstractions.yaml")


def _read(content: str, name: str) -> Vocabulary:
    try:
        document = _Document.model_validate(yaml.safe_load(content))
    except yaml.YAMLError as error:
        first = str(error).splitlines()[0]
        raise DocumentError(f"vocabulary {name} is not YAML: {first}") from error
    except ValidationError as error:
        found = error.errors()[0]
        place = ".".join(str(part) for part in found["loc"]) or "the document"
        raise DocumentError(f"vocabulary {name}: {place}: {found['msg'].lower()}") from error
    entries = {entry.of.lower(): entry for entry in reversed(document.entries)}
    return Vocabulary(entries, document.actions, dict(document.verbs), document.drum_verb)
