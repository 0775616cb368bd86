"""A loop holds whole bars and whole frames, and neither picture nor sound jumps at its join."""

import warnings
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

import clavilux
from clavilux import media, score
from clavilux.core.errors import InputError
from clavilux.core.timeline import TempoMap
from clavilux.core.values import Size, Sound
from clavilux.pipelines.looping import bars, joined
from clavilux.pipelines.music import open_music

SMALL = {"size": Size(64, 48)}


def test_a_loop_is_so_many_bars_in_the_nearest_whole_number_of_frames(tmp_path, tiny_midi):
    film = clavilux.see(tiny_midi, tmp_path / "loop.mp4", loop=2, **SMALL)
    shown = [f.picture.astype(float) for f in media.open_film(film, pixels="luma")]
    moved = [np.abs(b - a).mean() for a, b in pairwise(shown)]

    assert len(shown) == 96  # four seconds at 120 beats a minute
    # A kick falls on the first frame, as on the other beats; each finds matter of its own.
    assert np.abs(shown[-1] - shown[0]).mean() <= 1.5 * max(moved)
    assert len(media.open_sound(film).read()) == 4 * media.open_sound(film).sample_rate


@pytest.mark.parametrize("tempo_bpm", [97.3, 120, 133.7])
@pytest.mark.parametrize("rate", [Fraction(24), Fraction(30000, 1001), Fraction(60)])
def test_bars_are_stretched_by_half_a_frame_at_most(tmp_path, tempo_bpm, rate):
    path = tmp_path / "song.mid"
    music = score.read(_song(path, tempo_bpm))
    span = bars(open_music(path), 0.0, 3, rate)

    assert span.duration_s == pytest.approx(12 * 60 / music.tempo_map.tempi_bpm[0])
    assert span.n_frames == round(span.duration_s * rate)
    assert abs(span.n_frames / rate - span.duration_s) <= 0.5 / rate


def test_a_loop_begins_on_the_first_downbeat_from_the_start_on(tmp_path):
    piece = open_music(_song(tmp_path / "song.mid", 120))

    assert bars(piece, 0.0, 1, Fraction(24)).start_s == 0
    assert bars(piece, 0.5, 1, Fraction(24)).start_s == pytest.approx(2.0)


def test_the_end_of_the_sound_passes_over_into_what_came_before_its_beginning():
    n, lead = 4410, 441
    wave = np.sin(np.arange(lead + n) * 0.11).astype(np.float32)
    loop = joined(Sound.from_array(wave, 22050), lead, n).read()[:, 0]
    steps = np.abs(np.diff(wave)).max()

    assert len(loop) == n
    assert abs(loop[0] - loop[-1]) < 1.2 * steps
    np.testing.assert_array_equal(loop[: n - 441], wave[lead : lead + n - 441])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"loop": 0}, "`loop` is 0; expected a whole number from 1"),
        ({"loop": 9}, r"2 bars from 0 s on; `loop` asks for 9"),
        ({"loop": 1, "preview": True}, "leave `preview` out"),
        ({"loop": 1, "duration": 3.0}, "leave `duration` out"),
    ],
)
def test_says_what_cannot_be_looped(tmp_path, tiny_midi, options, message):
    with pytest.raises(InputError, match=message):
        clavilux.see(tiny_midi, tmp_path / "loop.mp4", **SMALL, **options)


def _song(path, tempo_bpm):
    from clavilux.core.values import Notes, Score, Track

    onset = np.arange(16, dtype=np.int64) * 480
    columns = [np.full(16, v, dtype=np.uint8) for v in (60, 100, 0)]
    track = Track(name="Piano", notes=Notes(onset, onset + 240, *columns), end_tick=16 * 480)
    with warnings.catch_warnings():
        score.write(Score(TempoMap.constant(tempo_bpm), (track,)), path)
    return path
