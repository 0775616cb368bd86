"""The facts of a film lie on its timeline and say what is to be seen."""

from fractions import Fraction

import numpy as np
import pytest
from pictures import film_of, moved, texture

from clavilux.core.errors import MediaError
from clavilux.core.values import Film, FilmFrame, Size
from clavilux.watch.muvi import EMOTIONS
from clavilux.watch.semantics import Reading
from clavilux.watch.watched import facts, project, watch


def tinted(rng, colour, n_frames, turn=0.0):
    """A cloud in shades of one colour, turning by some degrees a frame."""
    cloud = texture(rng, side=128)[:72]
    views = [moved(cloud, roll=turn * frame) for frame in range(n_frames)]
    return [(v[..., None] / 255 * colour).astype(np.uint8) for v in views]


def three_shots():
    rng = np.random.default_rng(1)
    red, blue = np.array([230, 60, 40]), np.array([40, 90, 220])
    first = tinted(rng, red, 50)
    return film_of([*first, *tinted(rng, blue, 30), *first[:40]], frame_rate=25)


def test_shots_have_no_gaps_and_alike_ones_share_a_letter():
    found = watch(three_shots())
    sections = found.facts.sections

    assert [(s.start_s, s.end_s, s.label) for s in sections] == [
        (0, 2, "A"),
        (2, pytest.approx(3.2), "B"),
        (pytest.approx(3.2), pytest.approx(4.8), "A"),
    ]
    assert found.facts.duration_s == pytest.approx(4.8)
    np.testing.assert_allclose(found.facts.events.of("cut").time_s, [2, 3.2])


def test_palettes_are_the_colours_of_the_shots():
    red, blue, _ = watch(three_shots()).palettes

    assert 1 <= len(red) <= 5
    for codes, strongest in ((red, 0), (blue, 2)):
        channels = [int(codes[0][i : i + 2], 16) for i in (1, 3, 5)]
        assert np.argmax(channels) == strongest


def test_series_are_as_long_as_the_film():
    series = facts(three_shots()).series

    assert {len(series[name].values) for name in ("motion", "valence", "brightness")} == {120}
    assert {len(series[name].values) for name in ("scene_offset", "motion_muvi")} == {5}
    assert all(np.all(np.isfinite(s.values)) for s in series.values())


def test_motion_means_speed_whatever_the_frame_rate():
    picture = texture(np.random.default_rng(2), side=128)
    rgb = np.stack([picture] * 3, axis=-1)
    speeds = []
    for frame_rate in (12, 48):
        shift = [np.roll(rgb, 48 * i // frame_rate, axis=1) for i in range(2 * frame_rate)]
        speeds.append(facts(film_of(shift, frame_rate)).series["motion"].values.mean())

    # 48 of 128 pixels a second are 0.75 of half the side
    np.testing.assert_allclose(speeds, 0.75, rtol=0.2)


def test_movement_that_bursts_out_is_an_event_and_a_cut_is_not_movement():
    rng = np.random.default_rng(3)
    still = tinted(rng, np.array([200, 200, 200]), 1)[0]
    angles = np.zeros(60)
    angles[20:24], angles[45:49] = 6, -6
    pictures = [moved(still, roll=a) for a in np.cumsum(angles)]

    events = facts(film_of(pictures, 24)).events

    np.testing.assert_allclose(events.of("motion").time_s, [20 / 24, 45 / 24], atol=3.5 / 24)
    assert len(facts(three_shots()).events.of("motion").time_s) == 0


def test_bright_films_please_and_fast_cut_ones_stir():
    rng = np.random.default_rng(4)
    bright = facts(film_of(tinted(rng, np.array([255, 240, 160]), 75), 25)).series
    dark = facts(film_of(tinted(rng, np.array([30, 40, 70]), 75), 25)).series
    colours = rng.integers(60, 256, (15, 3))
    cut = facts(film_of([p for c in colours for p in tinted(rng, c, 5, turn=3)], 25)).series

    assert bright["valence"].values.mean() > 0.2 > -0.2 > dark["valence"].values.mean()
    assert cut["arousal"].values.mean() > 0.3 > -0.3 > bright["arousal"].values.mean()
    assert bright["emotion.relaxing"].values.mean() > dark["emotion.relaxing"].values.mean()
    assert dark["emotion.sad"].values.mean() > bright["emotion.sad"].values.mean()


def test_the_six_words_share_out_every_second():
    rows = watch(three_shots()).muvi

    assert rows.emotion.shape == (5, len(EMOTIONS))
    np.testing.assert_allclose(rows.emotion.sum(axis=1), 1, atol=1e-6)
    # the middle shot's 30 frames are too few for nothing: both cuts are AdaptiveDetector's too
    np.testing.assert_array_equal(rows.scene_offset, [0, 1, 0, 1, 0])


def test_a_reader_is_shown_one_picture_a_second_at_full_size():
    shown = []

    class Reader:
        n_dimensions, needs_pictures = 2, True

        def read(self, picture):
            shown.append(picture.shape)
            return Reading(np.full((1, 2), len(shown), np.float32), np.eye(6, dtype=np.float32)[:1])

    watched = watch(three_shots(), reader=Reader())
    rows = watched.muvi

    excited = watched.facts.series
    assert excited["valence"].values.min() > 0.6
    assert (
        excited["arousal"].values.mean()
        > watch(three_shots()).facts.series["arousal"].values.mean()
    )
    assert shown == [(72, 128, 3)] * 5
    np.testing.assert_array_equal(rows.semantic[:, 0], [1, 2, 3, 4, 5])
    np.testing.assert_array_equal(rows.emotion[:, 0], 1)


def test_films_of_variable_frame_rate_keep_their_times():
    rng = np.random.default_rng(5)
    pictures = [
        *tinted(rng, np.array([220, 40, 40]), 30),
        *tinted(rng, np.array([40, 200, 40]), 30),
    ]
    times = [*(Fraction(i, 30) for i in range(30)), *(1 + Fraction(i, 10) for i in range(30))]

    def frames():
        return (FilmFrame(t, p) for t, p in zip(times, pictures, strict=True))

    found = facts(Film(Size(128, 72), Fraction(15), 60, frames))

    np.testing.assert_allclose(found.events.of("cut").time_s, [1.0])
    assert found.duration_s == pytest.approx(3.9 + 1 / 15)


def test_one_frame_is_a_film_too():
    found = facts(film_of(tinted(np.random.default_rng(6), np.array([90, 90, 90]), 1)))

    assert len(found.sections) == 1
    assert len(found.events.time_s) == 0


def test_a_film_without_pictures_is_refused():
    with pytest.raises(MediaError, match="no pictures"):
        facts(Film(Size(16, 16), Fraction(24), 0, lambda: iter(())))


def test_vectors_are_projected_onto_the_data_sets_basis(shared, tmp_path):
    basis = shared / "muvi-sync" / "semantic_pca.npz"
    with np.load(basis) as stored:
        mean, axes = stored["mean"], stored["basis"]
    vectors = (mean + 3 * axes[:, 1])[None].astype(np.float32)

    np.testing.assert_allclose(project(vectors, basis, 4), [[0, 3, 0, 0]], atol=1e-3)
    with pytest.raises(MediaError, match="vectors of 768; these have 5"):
        project(np.zeros((1, 5), np.float32), basis, 4)
    with pytest.raises(MediaError, match="not a basis"):
        project(vectors, tmp_path / "none.npz", 4)


def test_a_film_without_colour_is_not_sad_for_that():
    rng = np.random.default_rng(3)
    grey = facts(film_of(tinted(rng, np.array([170, 170, 170]), 40), frame_rate=20))
    rng = np.random.default_rng(3)
    pale = facts(film_of(tinted(rng, np.array([170, 150, 150]), 40), frame_rate=20))

    assert grey.series["valence"].values.mean() > pale.series["valence"].values.mean()
    assert grey.series["valence"].values.mean() > -0.3
