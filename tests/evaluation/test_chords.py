"""We promise that next-chord prediction is measured as its authors do, and that cheats are seen."""

from dataclasses import replace

import numpy as np
import pytest

from clavilux.compose.vocabulary import END, N_CHORDS, N_TOKENS
from clavilux.dataset import muvi_sync
from clavilux.dataset.muvi_song import Song
from clavilux.evaluation import chord_baselines, chords, learnt_chords


def make_song(tokens, name="001", split="test", change_s=None) -> Song:
    tokens = np.array(tokens, np.int64)
    n = len(tokens)
    edges = np.flatnonzero(np.diff(tokens, prepend=-1))
    flat = np.zeros(n, np.float32)
    return Song(
        id=name, split=split, minor=False, transpose=0, chords=tokens,
        emotion=np.full((n, 6), 1 / 6, np.float32), motion=flat, scene_offset=flat, loudness=flat,
        note_density=flat, change_s=edges.astype(float) if change_s is None else change_s,
        change_chord=tokens[edges],
    )  # fmt: skip


def always(*tokens):
    """Return a predictor that ranks `tokens` first, in this order."""
    row = np.full(N_TOKENS, -20.0)
    row[list(tokens)] = -np.arange(1.0, len(tokens) + 1)
    return lambda song: np.tile(row, (len(chords.targets(song)), 1))


def test_the_end_is_a_target_of_songs_shorter_than_five_minutes():
    assert chords.targets(make_song([1, 1, 2])).tolist() == [1, 2, END]
    assert len(chords.targets(make_song([1] * 300))) == 299
    assert len(chords.targets(make_song([1] * 400))) == 299


def test_hits_count_the_targets_among_the_likeliest():
    song = make_song([1, 1, 2, 3])  # targets 1 2 3 END
    found = chords.summary(chords.evaluate(always(1, 2, 3, END), [song]))

    assert found.hits == pytest.approx((1 / 4, 3 / 4, 1.0))
    assert found.hits_without_end == pytest.approx((1 / 3, 1.0, 1.0))
    assert found.stay_hits == 1.0
    assert found.change_hits == 0.0


def test_next_hits_leave_the_chord_before_out():
    found = chords.summary(chords.evaluate(always(1, 2), [make_song([1, 2, 1])]))

    assert found.next_hits == 1.0  # after 1 comes 2, after 2 comes 1
    assert found.change_hits == 0.5


def test_the_area_under_the_curve_is_that_of_its_definition():
    rng = np.random.default_rng(0)
    truth, score = rng.random(200) < 0.3, rng.integers(0, 9, 200).astype(float)
    pairs = score[truth][:, None] - score[~truth][None, :]

    expected = np.mean((pairs > 0) + 0.5 * (pairs == 0))

    assert chords.area_under_curve(truth, score) == pytest.approx(expected)


def test_scores_of_another_shape_are_refused():
    with pytest.raises(ValueError, match=r"expected \(3, 158\)"):
        chords.hits_of(np.zeros((2, N_TOKENS)), make_song([1, 1, 2]))


def test_a_predictor_that_looks_ahead_is_found_out():
    song = make_song(np.random.default_rng(1).integers(1, N_CHORDS, 60))

    def peeks(given):
        rows = np.zeros((len(chords.targets(given)), N_TOKENS))
        rows[np.arange(len(rows)), chords.targets(given)] = 9
        return rows

    def peeks_at_times(given):
        at = np.searchsorted(given.change_s, np.arange(len(chords.targets(given))) + 0.9)
        return np.tile(at[:, None].astype(float), (1, N_TOKENS))

    baseline = chord_baselines.NGramCache.fit([song])
    for second in (1, 17, 40):
        assert not chords.is_causal(peeks, song, second)
        assert chords.is_causal(baseline, song, second)
    between = replace(song, change_s=np.arange(0, 60, 0.75), change_chord=np.ones(80, np.int64))
    assert not chords.is_causal(peeks_at_times, between, 17)


def test_a_song_in_two_splits_is_found_even_under_another_name_and_begun_later():
    rng = np.random.default_rng(2)
    times = np.cumsum(rng.uniform(0.5, 3, 60))
    tokens = rng.integers(1, N_CHORDS, 60)
    song = replace(make_song(tokens), change_s=times, change_chord=tokens)
    copy = replace(song, id="999", change_s=times[9:] - 4.04, change_chord=tokens[9:])
    other = replace(song, id="777", change_s=times * 1.1)

    assert chords.shared_songs([song], [copy]) == [("001", "999")]
    assert chords.shared_songs([song], [other]) == []
    assert chords.shared_songs([song], [replace(other, id="001")]) == [("001", "001")]


def test_baselines_stand_where_they_stood(shared):
    train, test = (muvi_sync.read(shared / "muvi-sync", split=s) for s in ("train", "test"))
    unigram = chord_baselines.Unigram.fit(train[:50])
    repeat = chords.summary(chords.evaluate(chord_baselines.RepeatLast(unigram), test))

    assert repeat.hits[0] == pytest.approx(0.546, abs=0.001)
    assert repeat.n_songs == 75


def test_the_cache_learns_a_loop():
    song = make_song([1, 1, 14, 14, 40, 40, 53, 53] * 8)
    other = make_song([1, 1, 1, 14, 14, 14] * 8, "002")
    cache = chord_baselines.NGramCache.fit([other])

    hits = chords.hits_of(cache(song), song)

    assert (hits.rank[24:-1] == 0).mean() > 0.9


def test_no_song_of_the_real_data_stands_in_two_splits(shared):
    train, val, test = (
        muvi_sync.read(shared / "muvi-sync", split=s) for s in ("train", "val", "test")
    )
    assert chords.shared_songs(test, train) == []
    assert chords.shared_songs(val, train) == []


def test_the_bootstrap_surrounds_the_mean():
    interval = chords.bootstrap(np.random.default_rng(0).normal(0.5, 0.1, 75))
    assert interval.low < interval.mean < interval.high
    assert interval.high - interval.low == pytest.approx(4 * 0.1 / 75**0.5, rel=0.25)


@pytest.mark.parametrize("name", ["amt", "form"])
def test_the_shipped_nets_never_look_ahead(name):
    song = make_song([1, 1, 66, 66, 96, 96, 71, 71] * 5)

    net = getattr(learnt_chords, name)

    assert all(chords.is_causal(net, song, second) for second in (1, 7, 39))
