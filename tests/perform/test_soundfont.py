"""A soundfont is read whole or refused in one line."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clavilux.core.errors import InputError
from clavilux.perform import SoundFont, synthesise

SINE = (16000 * np.sin(2 * np.pi * 441 * np.arange(4410) / 44_100)).astype(np.int16)


def test_the_embedded_one_has_all_programs_and_a_kit():
    font = SoundFont.load()

    for program in range(128):
        assert font.zones(0, program, 60, 100)
    for drum in (35, 36, 38, 42, 44, 46, 49, 51):
        assert font.zones(128, 0, drum, 100)


def test_a_program_that_is_missing_is_stood_in_for(hands):
    font = SoundFont(hands.soundfont(SINE), "one.sf2")

    assert font.zones(0, 77, 60, 100) == font.zones(0, 0, 60, 100)
    assert font.zones(128, 3, 60, 100) == font.zones(0, 0, 60, 100)


def test_a_font_of_one_looped_sine_plays_that_sine(hands, tmp_path):
    path = tmp_path / "sine.sf2"
    path.write_bytes(hands.soundfont(SINE, loop=(400, 800), root=69))
    score = hands.score(hands.track([(0.0, 1.0, 81, 127)], changes=[(0.0, 7, 127)]))

    waveform = synthesise(score, soundfont=path, reverb=0).read()[4410:40_000, 0]

    time = np.arange(len(waveform)) / 44_100
    basis = np.stack([f(2 * np.pi * 882 * time) for f in (np.sin, np.cos)])
    rest = waveform - basis.T @ np.linalg.lstsq(basis.T, waveform, rcond=None)[0]
    assert np.sqrt(np.mean(rest**2)) < 0.002 * np.sqrt(np.mean(waveform**2))


def test_attack_decay_and_release_take_their_time(hands, tmp_path):
    one_second = 0
    generators = [(34, one_second), (36, one_second), (37, 200), (38, one_second)]
    path = tmp_path / "slow.sf2"
    path.write_bytes(hands.soundfont(SINE, loop=(400, 800), generators=generators))
    score = hands.score(hands.track([(0.0, 2.0, 69, 127)], changes=[(0.0, 7, 127)]))

    waveform = np.abs(synthesise(score, soundfont=path, reverb=0).read()[:, 0])

    def level(at_s):
        return waveform[int(at_s * 44_100) - 200 : int(at_s * 44_100) + 200].max()

    assert level(0.5) == pytest.approx(level(1.0) / 2, rel=0.05)
    assert 20 * np.log10(level(1.5) / level(1.0)) == pytest.approx(-20, abs=1)
    assert 20 * np.log10(level(2.3) / level(1.9)) == pytest.approx(-30, abs=1.5)


def test_what_is_not_a_soundfont_is_refused_by_name(tmp_path):
    path = tmp_path / "noise.sf2"
    path.write_bytes(b"MThd" + bytes(100))

    with pytest.raises(InputError, match=r"noise\.sf2 is not a soundfont"):
        SoundFont.load(path)
    with pytest.raises(InputError, match="cannot be read"):
        SoundFont.load(tmp_path / "absent.sf2")


def test_one_that_is_cut_short_says_so(hands):
    whole = hands.soundfont(SINE)

    with pytest.raises(InputError, match="cut short"):
        SoundFont(whole[: len(whole) // 2], "half.sf2")


def test_a_compressed_one_is_refused_with_the_way_out(hands):
    content = hands.soundfont(SINE).replace(b"ifil\4\0\0\0\2\0", b"ifil\4\0\0\0\3\0")

    with pytest.raises(InputError, match="as SF2"):
        SoundFont(content, "small.sf3")


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=12),
    st.booleans(),
)
def test_a_hostile_one_plays_or_is_refused_and_nothing_else(hands, tmp_path_factory, changes, cut):
    content = bytearray(
        hands.soundfont(SINE[:300], loop=(10, 200), generators=[(8, 9000), (11, 50)])
    )
    for at, value in changes:
        content[at % len(content)] = value
    path = tmp_path_factory.mktemp("fonts") / "hostile.sf2"
    path.write_bytes(bytes(content[:-7] if cut else content))
    score = hands.score(hands.track([(0.0, 0.2, 69, 100)]))

    try:
        waveform = synthesise(score, soundfont=path, reverb=0, tail_s=0.2).read()
    except InputError:
        return
    assert np.isfinite(waveform).all()
