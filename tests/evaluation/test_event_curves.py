"""We promise that music that changes with its film is told from music that does not."""

from fractions import Fraction

import numpy as np
import pytest

from clavilux import media
from clavilux.core.values import Size
from clavilux.evaluation import event_curves
from clavilux.listen.measure import measure
from tests.listen.test_chords_heard import progression


def curve(seed, n=300):
    return event_curves.smoothed(np.random.default_rng(seed).random(n) ** 8)


def test_music_made_of_its_films_is_found_out():
    films = [curve(i) for i in range(8)]
    music = [film + 0.5 * curve(100 + i) for i, film in enumerate(films)]

    found = event_curves.contribution(films, music)

    assert found.n == 8
    assert found.own > 0.5
    assert found.low > 0.2


def test_music_that_never_saw_a_film_gains_nothing():
    films, music = [curve(i) for i in range(8)], [curve(50 + i) for i in range(8)]

    found = event_curves.contribution(films, music)

    assert found.low < 0 < found.high
    assert found.other > 0  # the best of several delays: that is why there is a control


def test_a_delay_within_reach_is_forgiven():
    film = curve(1)

    assert event_curves.alike(film, np.roll(film, 4)) > 0.95
    assert event_curves.alike(film, np.roll(film, 40)) < 0.5


def test_a_single_film_has_no_other():
    with pytest.raises(ValueError, match="pairs, two or more"):
        event_curves.contribution([curve(0)], [curve(0)])


def test_harmony_turns_where_the_chord_changes():
    flux, turns = event_curves.sound_change(measure(progression(["C:maj", "F#:maj", "A:min"])))

    peaks = np.flatnonzero((turns[1:-1] > turns[:-2]) & (turns[1:-1] >= turns[2:])) + 1
    best = np.sort(peaks[np.argsort(turns[peaks])[-2:]])
    np.testing.assert_allclose(best, [20, 40], atol=4)
    assert abs(int(flux[10:30].argmax()) + 10 - 20) <= 5


def test_a_films_curve_rises_at_its_cut(tmp_path):
    shots = np.random.default_rng(0).integers(0, 255, (2, 32, 32, 3)).astype(np.uint8)
    path = tmp_path / "a.mp4"
    media.write_film((shots[i // 20] for i in range(40)), path, frame_rate=Fraction(10),
                     size=Size(32, 32), preset="ultrafast")  # fmt: skip

    found = event_curves.film_change(media.open_film(path, pixels="luma"))

    assert abs(int(found.argmax()) - 20) <= 5
    assert found[:10].max() < 0.1 * found.max()
