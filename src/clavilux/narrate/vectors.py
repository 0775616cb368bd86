"""Word vectors: which words are near in meaning.

Files as people have them are read: word2vec, binary (``.bin``) or text, GloVe's text, each
perhaps compressed (``.gz``), and gensim's own, by name, where it is installed. A small table
ships: common nouns and adjectives with what WordNet says they are.

Conventions
-----------
- Rows have a length of 1, so that a product of two is the cosine of their angle.
- Words are lower case; of two that differ only in case the first is kept.
"""

import gzip
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from io import BytesIO
from os import PathLike
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from clavilux.core.errors import DocumentError, MissingExtra

MOST_WORDS = 200_000
"""Words that are read of a file: its most frequent, since files begin with them."""
_MOST_DIMENSIONS = 4096
_LONGEST_WORD = 1000
_PICKLED = (".model", ".pkl", ".pickle", ".kv", ".wordvectors")
_LONGEST_TEXT_LINE = 1 << 20


@dataclass(frozen=True, slots=True, eq=False)
class Vectors:
    """Words with their vectors."""

    words: tuple[str, ...]
    matrix: NDArray[np.float32]
    """Shape (n_words, n_dimensions); every row has length 1, or 0."""
    kinds: Mapping[str, str] = field(default_factory=dict)
    """What WordNet says a word is: ``phenomenon``, ``animal``, ``quality`` for adjectives; of
    those that are known."""
    _place: dict[str, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        places: dict[str, int] = {}
        for i, word in enumerate(self.words):
            places.setdefault(word, i)
        object.__setattr__(self, "_place", places)

    def __contains__(self, word: str) -> bool:
        return word in self._place

    def place(self, word: str) -> int:
        """Return the row of a word."""
        return self._place[word]

    def mean(self, words: Sequence[str]) -> NDArray[np.float32] | None:
        """Return the direction between some words; None if none of them is known."""
        rows = [self._place[word] for word in words if word in self._place]
        if not rows:
            return None
        total = self.matrix[rows].sum(axis=0)
        length = float(np.linalg.norm(total))
        return np.asarray(total / length, dtype=np.float32) if length > 1e-9 else None

    def similarity(self, one: str, other: str) -> float:
        """Return the cosine of the angle between two words, -1 to 1; 0 if one is not known."""
        if one not in self or other not in self:
            return 0.0
        return float(self.matrix[self._place[one]] @ self.matrix[self._place[other]])

    def nearest(
        self, words: Sequence[str], *, n: int = 10, kinds: Collection[str] = ()
    ) -> tuple[str, ...]:
        """Return the words nearest to what some words have in common, nearest first.

        Args:
            words: What is searched for; they and their inflections are not found.
            n: How many at most.
            kinds: Only words of these kinds; any if empty.
        """
        centre = self.mean(words)
        if centre is None:
            return ()
        order = np.argsort(-(self.matrix @ centre), kind="stable")
        stems = {word[: max(4, len(word) - 3)] for word in words}
        found: list[str] = []
        for i in order.tolist():
            word = self.words[i]
            if any(word.startswith(stem) or word in stem for stem in stems):
                continue
            if kinds and self.kinds.get(word) not in kinds:
                continue
            if any(word.startswith(f[: max(4, len(f) - 3)]) for f in found):
                continue
            found.append(word)
            if len(found) == n:
                break
        return tuple(found)


@lru_cache(maxsize=1)
def ours() -> Vectors:
    """Return the table that ships; see `clavilux.training.word_table`."""
    content = files("clavilux.narrate").joinpath("words.npz").read_bytes()
    with np.load(BytesIO(content), allow_pickle=False) as table:
        words = tuple(bytes(table["words"]).decode().split("\n"))
        kinds = bytes(table["kinds"]).decode().split("\n")
        matrix = table["vectors"].astype(np.float32) * table["scales"][:, None]
    return Vectors(words, _unit(matrix), dict(zip(words, kinds, strict=True)))


def read_vectors(
    path: str | PathLike[str], *, allow_pickle: bool = False, most: int = MOST_WORDS
) -> Vectors:
    """Read word vectors: word2vec's ``.bin`` or text, GloVe's text, or gensim's.

    Words that the shipped table knows keep the kinds that it names.

    Args:
        path: The file. Ending in ``.gz`` it is unpacked. A name that ends in ``.model`` or
            ``.kv`` is gensim's own format.
        allow_pickle: Whether a file of gensim's may be read. It is a Python pickle, which runs
            whatever code its writer put in.
        most: Words that are read at most.

    Raises:
        DocumentError: It cannot be read; the message says where.
        MissingExtra: gensim is needed and not installed.
    """
    file = Path(path)
    if not file.is_file():
        raise DocumentError(f"there is no file of word vectors {str(path)!r}")
    if file.suffix.lower() in _PICKLED:
        return _of_gensim(file, allow_pickle, most)
    try:
        with file.open("rb") as probe:
            packed = probe.read(2) == b"\x1f\x8b"
        with gzip.open(file) if packed else file.open("rb") as stream:
            words, matrix = _read(stream, str(path), most)
    except (OSError, EOFError) as error:
        raise DocumentError(f"cannot read {path}: {str(error).lower()}") from error
    return _known(words, matrix)


def _known(words: list[str], matrix: NDArray[np.float32]) -> Vectors:
    return Vectors(tuple(words), _unit(matrix), ours_kinds())


@lru_cache(maxsize=1)
def ours_kinds() -> Mapping[str, str]:
    """Return the kinds of the words that ship; none while there is no table."""
    if not files("clavilux.narrate").joinpath("words.npz").is_file():
        return {}
    return ours().kinds


def _read(stream: "IO[bytes] | gzip.GzipFile", name: str, most: int) -> tuple[list[str], Any]:
    head = stream.readline(_LONGEST_TEXT_LINE)
    parts = head.split()
    counts = [int(part) for part in parts if part.isdigit()]
    if len(parts) == 2 and len(counts) == 2:  # word2vec begins with the number and the length
        n, width = counts
        if not (1 <= width <= _MOST_DIMENSIONS and n >= 1):
            raise DocumentError(
                f"{name}: line 1: {n} vectors of {width} numbers; expected 1 to "
                f"{_MOST_DIMENSIONS} numbers"
            )
        first = stream.read(_LONGEST_WORD)
        stream.seek(len(head))
        if _is_text(first, width):
            return _text(stream, name, width, min(n, most), 2)
        return _binary(stream, name, width, min(n, most))
    if not _is_text(head, len(parts) - 1):
        raise DocumentError(
            f"{name}: line 1 is neither word2vec's (a number of words and of dimensions) nor "
            "GloVe's (a word, then numbers)"
        )
    stream.seek(0)
    return _text(stream, name, len(parts) - 1, most, 1)


def _is_text(start: bytes, width: int) -> bool:
    """Return True if this is the start of a line of a word and numbers."""
    numbers = start.split(b"\n")[0].split()[1:-1] or start.split()[1:]
    try:
        return width >= 1 and all(np.isfinite(float(number)) for number in numbers[:8])
    except ValueError:
        return False


def _text(
    stream: "IO[bytes] | gzip.GzipFile", name: str, width: int, most: int, number: int
) -> tuple[list[str], NDArray[np.float32]]:
    words: list[str] = []
    rows: list[NDArray[np.float32]] = []
    seen: set[str] = set()
    while len(words) < most and (line := stream.readline(_LONGEST_TEXT_LINE)):
        parts = line.rstrip().rsplit(b" ", width)
        if line.strip():
            try:
                row = np.array(parts[1:], dtype=np.float32)
            except ValueError:
                row = np.zeros(0, dtype=np.float32)
            if len(row) != width or not np.isfinite(row).all():
                raise DocumentError(f"{name}: line {number}: expected a word and {width} numbers")
            word = parts[0].decode("utf-8", "replace").lower()
            if word not in seen:
                seen.add(word)
                words.append(word)
                rows.append(row)
        number += 1
    if not rows:
        raise DocumentError(f"{name} holds no word vectors")
    return words, np.stack(rows)


def _binary(
    stream: "IO[bytes] | gzip.GzipFile", name: str, width: int, most: int
) -> tuple[list[str], NDArray[np.float32]]:
    words: list[str] = []
    seen: set[str] = set()
    rows = []
    for number in range(1, most + 1):
        letters = bytearray()
        while (letter := stream.read(1)) not in (b" ", b""):
            if letter != b"\n":
                letters += letter
            if len(letters) > _LONGEST_WORD:
                raise DocumentError(f"{name}: word {number} has no end: not word2vec's format")
        data = stream.read(4 * width)
        if len(data) < 4 * width:
            raise DocumentError(f"{name} ends within word {number}; it promises more")
        row = np.frombuffer(data, dtype="<f4")
        if not np.isfinite(row).all():
            raise DocumentError(f"{name}: word {number} has numbers that are none")
        word = letters.decode("utf-8", "replace").lower()
        if word not in seen:
            seen.add(word)
            words.append(word)
            rows.append(row)
    return words, np.stack(rows)


def _of_gensim(file: Path, allow_pickle: bool, most: int) -> Vectors:
    if not allow_pickle:
        raise DocumentError(
            f"{file} is gensim's own format, a pickle, which runs whatever code its writer put "
            "in; if you trust it, say so with `allow_pickle`, or save it in word2vec's format: "
            "vectors.save_word2vec_format('words.bin', binary=True)"
        )
    try:
        from gensim.models import KeyedVectors, Word2Vec
    except ModuleNotFoundError as error:
        raise MissingExtra(
            f"{file} needs gensim, which is not installed: pip install gensim"
        ) from error
    try:
        if file.suffix.lower() == ".model":
            loaded = Word2Vec.load(str(file)).wv
        else:
            loaded = KeyedVectors.load(str(file))
    except Exception as error:  # a pickle fails in any way
        reason = f"{type(error).__name__}: {error}"
        raise DocumentError(f"gensim cannot read {file}: {reason}") from error
    words = [word.lower() for word in loaded.index_to_key[:most]]
    return _known(words, np.asarray(loaded.vectors[:most], dtype=np.float32))


def _unit(matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    with np.errstate(over="ignore"):  # numbers that no training gives make a row of zeros
        length = np.linalg.norm(matrix, axis=1, keepdims=True)
    return np.asarray(matrix / np.maximum(length, 1e-9), dtype=np.float32)
