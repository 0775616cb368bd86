"""The store: a data set's folder, and what is already in it.

    dataset.json                      the recipe
    train/3f/3f09…/                   an example, whole or absent
    index.jsonl                       a line an example, written when all are there
    log.jsonl                         what was made when, how fast and by whom
    failures.jsonl                    what could not be made, and why

One process at a time makes examples in a store, with as many workers as it likes.
A hidden folder holds what workers have not finished; the next start clears it.
"""

import os
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson

from clavilux.core.errors import InputError
from clavilux.core.files import remove, world_errors, write_bytes
from clavilux.core.platform import lock
from clavilux.dataset.layout import folder_of
from clavilux.dataset.recipe import Example, Recipe

RECIPE, INDEX, LOG, FAILURES = "dataset.json", "index.jsonl", "log.jsonl", "failures.jsonl"
_STAGING = ".staging"
_TRASH = ".trash-"


class Store:
    """A data set on disk."""

    def __init__(self, folder: str | os.PathLike[str], layout: str = "clavilux") -> None:
        self.folder, self.layout = Path(folder), layout

    @property
    def staging(self) -> Path:
        """Where examples are made before they appear."""
        return self.folder / _STAGING

    @property
    def served(self) -> Path:
        """Where films that servers made wait to be taken; a later run finds them."""
        return self.folder / ".served"

    def path(self, example: Example) -> Path:
        """Where an example's folder is, or will be."""
        return self.folder / folder_of(self.layout, example)

    def has(self, example: Example) -> bool:
        """Return whether an example is there."""
        return self.path(example).is_dir()

    def recipe(self) -> Recipe:
        """Read the recipe.

        Raises:
            InputError: The folder is no data set.
        """
        if not (self.folder / RECIPE).exists():
            raise InputError(f"{self.folder} is no data set of ours: it has no {RECIPE}")
        return Recipe.read(self.folder / RECIPE)

    @contextmanager
    def opened(self, recipe: Recipe) -> Iterator[None]:
        """Hold the store for this process and a recipe.

        Raises:
            InputError: It was begun with another recipe.
            OutputError: Another process holds it, or it cannot be written.
        """
        with world_errors(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
        busy = f"another process is making {self.folder} right now"
        with lock(self.folder / ".lock", busy=busy):
            self._check(recipe)
            self.clear()
            try:
                yield
            finally:
                self.clear()

    def _check(self, recipe: Recipe) -> None:
        if not (self.folder / RECIPE).exists():
            if any(p.name not in (".lock",) for p in self.folder.iterdir()):
                raise InputError(f"{self.folder} holds other things; name a new or empty folder")
            write_bytes(self.folder / RECIPE, recipe.model_dump_json(indent=2).encode())
            return
        begun = self.recipe()
        for name, value in recipe:
            if (old := getattr(begun, name)) != value:
                raise InputError(
                    f"{self.folder} was begun with {name} {old!r}, not {value!r}; "
                    "give the same options, or another folder"
                )

    def clear(self) -> None:
        """Remove what workers that are gone left unfinished.

        It is moved away first: a worker still dying then has nothing left to move in place.
        """
        if self.staging.exists():
            self.staging.rename(self.folder / f"{_TRASH}{uuid.uuid4().hex}")
        for path in self.folder.glob(f"{_TRASH}*"):
            remove(path)

    def note(self, name: str, line: dict[str, Any]) -> None:
        """Add a line to the log or the failures."""
        with world_errors(self.folder / name), (self.folder / name).open("ab") as file:
            file.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))

    def write_index(self, examples: Iterable[Example]) -> None:
        """List examples, a line each."""
        lines = [
            orjson.dumps(
                {
                    "name": e.name,
                    "split": e.split,
                    "folder": str(self.path(e).relative_to(self.folder)),
                },
                option=orjson.OPT_APPEND_NEWLINE,
            )
            for e in examples
        ]
        write_bytes(self.folder / INDEX, b"".join(lines))

    def lines(self, name: str) -> list[dict[str, Any]]:
        """Read a log; a line cut short by a kill is passed over."""
        path = self.folder / name
        found = []
        for line in path.read_bytes().splitlines() if path.exists() else []:
            try:
                found.append(orjson.loads(line))
            except ValueError:
                continue
        return found
