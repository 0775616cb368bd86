"""We promise that written and heard chords are compared as mir_eval compares them."""

import numpy as np
import pytest

from clavilux.compose.harmony import NAMES, QUALITIES
from clavilux.evaluation.harmony_heard import compare


def test_the_same_chords_agree_and_others_do_not():
    written = [(0.0, "C:maj"), (4.0, "A:min7"), (8.0, "F:maj")]

    same = compare(written, written, 12.0)

    assert (same.found.root, same.found.third, same.found.quality) == (1, 1, 1)
    assert same.chance.root < 0.7
    assert compare(written, [(0.0, "F#:maj")], 12.0).found.root == 0


def test_each_share_asks_for_more_than_the_one_before():
    found = compare(
        [(0.0, "C:maj"), (4.0, "C:maj"), (8.0, "C:maj")],
        [(0.0, "C:7"), (4.0, "C:min"), (8.0, "N")],
        12.0,
    ).found

    assert found.root == pytest.approx(2 / 3)
    assert found.third == pytest.approx(1 / 3)
    assert found.quality == 0


def test_mir_eval_finds_the_same_shares():
    chord = pytest.importorskip("mir_eval").chord
    rng = np.random.default_rng(0)

    def drawn():
        times = np.sort(rng.choice(np.arange(1, 60), 7, replace=False)).astype(float)
        labels = [f"{NAMES[rng.integers(3)]}:{rng.choice(sorted(QUALITIES))}" for _ in range(8)]
        return [*zip([0.0, *times], labels, strict=True)]

    for _ in range(5):
        written, heard = drawn(), drawn()

        found = compare(written, heard, 60.0).found

        spans = [
            (np.array([[a, b] for (a, _), (b, _) in zip(s, [*s[1:], (60.0, "")], strict=True)]),
             [label for _, label in s])
            for s in (written, heard)
        ]  # fmt: skip
        theirs = chord.evaluate(*spans[0], *spans[1])
        assert found.root == pytest.approx(theirs["root"], abs=1e-6)


def test_nothing_to_compare_is_an_error():
    with pytest.raises(ValueError, match="0 written"):
        compare([], [(0.0, "C:maj")], 9.0)
