"""A faint hit that is due is believed, a likelier one that is not due is not."""

import numpy as np

from clavilux.core.drums import FIVE
from clavilux.watch.drum_hits import Heard
from clavilux.watch.drum_metre import expected

RATE = 24.0
LEAST = 0.38
KICK, SNARE, HAT = (FIVE.index(drum) for drum in ("kick", "snare", "closed_hat"))


def _heard(*hits: tuple[float, int, float]) -> Heard:
    position, drum, sure = (np.array(column) for column in zip(*sorted(hits), strict=True))
    return Heard(position.astype(float), drum.astype(np.intp), np.full(len(hits), 0.7), sure)


def _beat(n_bars: int = 8, bar: float = 46.1) -> list[tuple[float, int, float]]:
    """Two kicks, a snare and two hats a bar, all of them clear."""
    places = ((0, KICK), (23, KICK), (12, SNARE), (6, HAT), (35, HAT))
    return [(number * bar + at, drum, 0.97) for number in range(n_bars) for at, drum in places]


def _places(heard: Heard, drum: int) -> list[float]:
    return heard.position[heard.drum == drum].tolist()


def test_a_faint_hit_is_believed_where_the_same_bar_has_one():
    clear = _beat()
    faint = [
        (at, drum, 0.2 if (at, drum) == (4 * 46.1 + 12, SNARE) else s) for at, drum, s in clear
    ]
    heard = expected(_heard(*faint), LEAST, RATE)
    assert len(heard.position) == len(clear)


def test_a_doubtful_hit_is_dropped_where_no_other_bar_has_one():
    heard = expected(_heard(*_beat(), (3 * 46.1 + 29, SNARE, 0.5)), LEAST, RATE)
    assert 3 * 46.1 + 29 not in _places(heard, SNARE)


def test_a_clear_hit_stays_though_it_comes_once():
    heard = expected(_heard(*_beat(), (3 * 46.1 + 29, SNARE, 0.95)), LEAST, RATE)
    assert 3 * 46.1 + 29 in _places(heard, SNARE)


def test_drumming_that_never_comes_round_is_left_alone():
    rng = np.random.default_rng(0)
    free = [
        (float(at), int(rng.integers(5)), float(s))
        for at, s in zip(rng.uniform(0, 700, 90), rng.uniform(0.05, 1, 90), strict=True)
    ]
    every = _heard(*free)
    heard = expected(every, LEAST, RATE)
    np.testing.assert_array_equal(heard.position, every.position[every.sure >= LEAST])


def test_tempi_may_change_in_a_long_film():
    slow = _beat(40, 46.1)
    fast = [(2100 + at, drum, sure) for at, drum, sure in _beat(40, 38.7)]
    hits = slow + fast
    heard = expected(_heard(*hits, (2100 + 20 * 38.7 + 17, SNARE, 0.5)), LEAST, RATE)
    assert len(heard.position) == len(hits)


def test_nothing_likely_gives_nothing():
    assert len(expected(_heard((5, KICK, 0.1)), LEAST, RATE).position) == 0
    none = Heard(*(np.zeros(0, dtype=kind) for kind in (float, np.intp, float, float)))
    assert len(expected(none, LEAST, RATE).position) == 0
