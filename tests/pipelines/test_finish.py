"""Films come out of black and go, sound with them, and may begin with a title."""

import hashlib
from fractions import Fraction

import av
import numpy as np
import pytest

import clavilux
from clavilux import media
from clavilux.core.errors import ArgumentError, InputError
from clavilux.core.values import Size, Sound, Yuv
from clavilux.pipelines.finish import Finish, dimmed

RATE = Fraction(24)
SIZE = Size(320, 180)


def grey(light=120, *, alpha=None):
    planes = np.full((270, 320), 128, dtype=np.uint8)
    planes[:180] = light
    planes[180:225] = 90
    return Yuv(planes, None if alpha is None else np.full((180, 320), alpha, dtype=np.uint8))


def finish(**given):
    return Finish.of(SIZE, RATE, 240, **{"fade": None, **given})


def test_nothing_asked_for_is_nothing_done():
    assert finish() is None
    assert finish(fade=(0.0, 0.0)) is None


def test_the_first_and_the_last_picture_of_a_fade_are_black_and_it_is_even():
    made = finish(fade=(1.0, 2.0))
    light = [float(made.applied(grey(), frame).luma.mean()) for frame in range(240)]
    assert light[0] == light[-1] == 16
    assert light[24] == light[100] == light[239 - 48] == 120
    assert (np.diff(light[:25]) >= 0).all()
    assert (np.diff(light[-48:]) <= 0).all()
    assert np.abs(np.diff(light)).max() < 8
    chroma = made.applied(grey(), 0).chroma
    assert [int(plane.mean()) for plane in chroma] == [128, 128]


def test_transparent_pictures_fade_to_nothing():
    faint = dimmed(grey(alpha=200), 0.5)
    assert faint.alpha.mean() == 100
    np.testing.assert_array_equal(faint.planes, grey().planes)


def test_a_title_comes_and_goes_and_is_white_on_a_darker_ground():
    made = finish(title="Song")
    shown = {frame: made.applied(grey(), frame).luma.astype(int) for frame in (0, 12, 60, 130)}
    np.testing.assert_array_equal(shown[0], grey().luma)
    np.testing.assert_array_equal(shown[130], grey().luma)
    assert shown[60].max() == 235
    assert shown[60].min() < 80
    assert 120 < shown[12].max() < 235
    assert abs(shown[60] - 120)[:8].max() == 0  # far away from it nothing changes


def test_a_title_is_opaque_over_transparent_pictures():
    made = finish(title="Song").applied(grey(alpha=0), 60)
    assert made.alpha.max() == 255
    assert made.luma[made.alpha > 250].min() > 215  # the edges of type are mixed with its shade
    assert made.alpha[:4].max() == 0


def test_the_picture_that_was_drawn_stays_as_it_was():
    picture = grey()
    finish(title="Song", fade=(5.0, 5.0)).applied(picture, 60)
    np.testing.assert_array_equal(picture.planes, grey().planes)


def test_the_sound_fades_with_the_pictures_and_ends_with_them():
    sound = Sound.from_array(np.ones((8000, 1), dtype=np.float32), 1000)
    heard = finish(fade=(1.0, 1.0)).heard(sound).read()[:, 0]
    assert len(heard) == 10_000
    assert heard[0] == 0
    assert heard[500] == pytest.approx(0.5, abs=0.01)
    assert heard[4000] == 1
    long = Sound.from_array(np.ones((20_000, 1), dtype=np.float32), 1000)
    heard = finish(fade=(1.0, 1.0)).heard(long).read()[:, 0]
    assert heard[9500] == pytest.approx(0.5, abs=0.01)
    assert abs(heard[-1]) < 0.01


@pytest.mark.slow
def test_a_film_with_both_goes_on_where_it_was(tmp_path, tiny_midi, monkeypatch):
    options = {"size": 32, "fps": 6, "seed": 1, "fade": "0.5,1", "title": "Song", "duration": 2.5}
    whole = clavilux.see(tiny_midi, tmp_path / "whole.mp4", **options)
    monkeypatch.setattr("clavilux.pipelines.spool.SEGMENT_S", 1)
    joined = clavilux.see(tiny_midi, tmp_path / "joined.mp4", **options)

    def stop(done, total, stage):
        if stage == "pictures" and done == 9:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        clavilux.see(tiny_midi, tmp_path / "again.mp4", progress=stop, **options)
    again = clavilux.see(tiny_midi, tmp_path / "again.mp4", **options)
    first, second = (hashlib.sha256(path.read_bytes()).digest() for path in (joined, again))
    assert first == second
    with av.open(str(whole)) as container:
        shown = [f.to_ndarray(format="gray").mean() for f in container.decode(video=0)]
    assert shown[0] < 3 > shown[-1]
    heard = np.abs(media.open_sound(whole).read())
    assert heard[-400:].max() < 0.05 * heard.max()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"fade": "1,2,3"}, "expected seconds, such as 2 or 0.5,3"),
        ({"fade": "soon"}, "`fade` 'soon' is not a time"),
        ({"fade": 3, "duration": 4}, r"`fade` of 6 s is longer than the film, 4\.00 s"),
        ({"fade": 1, "loop": 1}, "`fade` would come round in a `loop`"),
        ({"title": "Song", "loop": 1}, "`title` would come round in a `loop`"),
        ({"font": "x.ttf"}, "`font` is for a `title`"),
    ],
)
def test_what_cannot_be_is_said(tmp_path, tiny_midi, given, message):
    with pytest.raises((ArgumentError, InputError), match=message):
        clavilux.see(tiny_midi, tmp_path / "film.mp4", size=32, **given)
    assert not list(tmp_path.glob("*film*"))
