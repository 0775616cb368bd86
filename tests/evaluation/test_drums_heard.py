"""Drums heard in films, against those they were made from."""

from pathlib import Path

import numpy as np
import pytest

from clavilux.core.drums import FIVE
from clavilux.dataset import patterns
from clavilux.evaluation import drums

ROOT = Path(__file__).parents[2]


def _moved(hits: drums.Hits, by_s: float) -> dict[str, np.ndarray]:
    return {drum: rows + np.array([by_s, 0]) for drum, rows in hits.items()}


def test_hearing_exactly_what_was_played_is_perfect():
    played = drums.hits_of(patterns.house(1))
    report = drums.compare(played, played, frame_rate=24, duration_s=16)
    for tolerance in drums.TOLERANCES:
        assert report.agreement(tolerance).f1 == 1
    assert report.velocity_error() == 0
    assert (report.frames.accuracy, report.frames.positive) == (1, 1)


def test_tolerances_are_told_apart():
    played = drums.hits_of(patterns.metre_free(2))
    late = drums.compare(played, _moved(played, 0.03), frame_rate=24, duration_s=16)
    assert late.agreement("20 ms").f1 < 0.3
    assert late.agreement("frame").f1 > 0.99
    later = drums.compare(played, _moved(played, 0.045), frame_rate=24, duration_s=16)
    assert later.agreement("50 ms").f1 > later.agreement("frame").f1 + 0.5


def test_the_wrong_drum_does_not_count():
    played = drums.hits_of(patterns.house(3))
    mixed = played | {"kick": played["snare"], "snare": played["kick"]}
    report = drums.compare(played, mixed, frame_rate=24, duration_s=16)
    assert report.agreement("frame", "open_hat").f1 == 1
    assert report.agreement("frame", "kick").f1 < 0.8


def test_a_clap_with_a_snare_is_one_stroke():
    with_claps = [patterns.house(s, claps=True) for s in range(30)]
    assert any((s.tracks[0].notes.pitch == patterns.CLAP).any() for s in with_claps)
    for made in with_claps:
        assert (np.diff(drums.hits_of(made)["snare"][:, 0]) > 0.03).all()


def test_saying_nothing_scores_what_frames_without_strokes_give():
    played = drums.hits_of(patterns.house(4))
    report = drums.compare(played, drums.no_hits(), frame_rate=24, duration_s=16)
    assert report.agreement("frame").f1 == 0
    assert report.frames.accuracy == report.frames.baseline
    assert report.frames.positive == 0


def test_another_piece_scores_at_chance():
    """Leakage: what scores well must come from this piece's film."""
    played, other = (drums.hits_of(patterns.metre_free(seed)) for seed in (5, 6))
    report = drums.compare(played, other, frame_rate=24, duration_s=16)
    assert report.agreement("frame").f1 < 0.3


def test_reports_add_up_to_what_all_hits_together_give():
    pairs = [
        (drums.hits_of(patterns.house(s)), drums.hits_of(patterns.house(s + 1))) for s in (7, 8)
    ]
    parts = [drums.compare(a, b, frame_rate=24, duration_s=16) for a, b in pairs]
    both = drums.total(parts)
    assert both.n_films == 2
    assert both.agreement("frame").n_matched == sum(p.agreement("frame").n_matched for p in parts)
    assert set(both.document()["onset_f1"]) == set(drums.TOLERANCES)


def test_peaks_of_difference_are_found():
    difference = np.full(240, 0.01)
    difference[[24, 72]] = 0.4
    heard = drums.difference_hits(difference, 24.0)
    np.testing.assert_allclose(heard["kick"][:, 0], [1.0, 3.0])


def test_training_never_sees_the_test_looks_nor_the_foreign_film_maker():
    data = pytest.importorskip(
        "clavilux.training.drums_data", reason="needs the bench or train extra"
    )
    assert not set(data.TEST_LOOKS) & set(data.TRAINING_LOOKS)
    starts = sorted(data.OFFSETS.values())
    assert min(np.diff(starts)) >= 1_000_000  # no seed in two splits
    for source in (ROOT / "src" / "clavilux" / "training").glob("*.py"):
        assert "foreign_films" not in source.read_text()


def test_every_drum_is_counted():
    assert set(drums.hits_of(patterns.groove(1))) == set(FIVE)
