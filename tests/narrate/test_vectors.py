"""Word vectors are read as word2vec, GloVe and gensim write them; what is broken is named."""

import gzip
import struct

import numpy as np
import pytest

from clavilux.core.errors import DocumentError
from clavilux.narrate.abstractions import by_similarity, load
from clavilux.narrate.vectors import ours, read_vectors

ROWS = {"sea": (1.0, 0.1), "Wave": (0.9, 0.2), "stone": (-0.2, 1.0)}


def glove():
    return "".join(f"{w} {' '.join(map(str, v))}\n" for w, v in ROWS.items()).encode()


def binary(newline=b"\n"):
    rows = b"".join(w.encode() + b" " + struct.pack("<2f", *v) + newline for w, v in ROWS.items())
    return b"3 2\n" + rows


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("glove.txt", glove()),
        ("word2vec.txt", b"3 2\n" + glove()),
        ("word2vec.bin", binary()),
        ("google.bin", binary(newline=b"")),
        ("glove.txt.gz", gzip.compress(glove(), mtime=0)),
        ("word2vec.bin.gz", gzip.compress(binary(), mtime=0)),
    ],
)
def test_reads_every_format(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)

    found = read_vectors(tmp_path / name)

    assert found.words == ("sea", "wave", "stone")
    np.testing.assert_allclose(np.linalg.norm(found.matrix, axis=1), 1, atol=1e-6)
    assert found.nearest(["sea"], n=1) == ("wave",)
    assert found.similarity("sea", "stone") < 0.2 < found.similarity("sea", "wave")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "neither word2vec's"),
        (b"hello\n", "neither word2vec's"),
        (b"sea 1 2\nwave 1\n", "line 2: expected a word and 2 numbers"),
        (b"sea 1 2\nwave 1 nan\n", "line 2"),
        (binary()[:-9], "ends within word 3"),
        (b"2 99999999\nx", "99999999 numbers"),
        (b"\x1f\x8b\0\0", "cannot read"),
    ],
)
def test_names_what_is_broken(tmp_path, content, message):
    (tmp_path / "vectors.txt").write_bytes(content)

    with pytest.raises(DocumentError, match=message):
        read_vectors(tmp_path / "vectors.txt")


def test_refuses_a_pickle_unless_asked_for(tmp_path):
    (tmp_path / "vectors.model").write_bytes(b"\x80\x04")

    with pytest.raises(DocumentError, match=r"pickle.*allow_pickle"):
        read_vectors(tmp_path / "vectors.model")


def test_the_table_that_ships_knows_neighbours_and_kinds():
    table = ours()

    assert table.kinds["moon"] == "object"
    assert "fog" in table.nearest(["mist"], n=5, kinds=["phenomenon"])
    assert table.nearest(["zzyzx"]) == ()


def test_similar_words_are_other_words_for_each_instrument():
    abstract = by_similarity(load())

    found = abstract(("crash", "splash", "synth"), np.random.default_rng(0))

    assert len(set(found)) == 3
    assert all(word in ours() for word in found)
