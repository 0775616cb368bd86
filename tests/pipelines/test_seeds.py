"""Seeds drawn from music: other notes, other pictures; the same notes, the same ones."""

import numpy as np
import pytest

import clavilux
from clavilux import media, score
from clavilux.core.values import Sound
from clavilux.pipelines import seeds
from clavilux.pipelines.see import see_with
from clavilux.pipelines.settings import SeeOptions

SMALL = {"size": 64, "duration": 0.25}


def sound_of(samples, rate=22_050):
    return Sound.from_array(np.asarray(samples, dtype=np.float32)[:, None], rate)


def told(options, music, film):
    lines: list[str] = []
    see_with(options, music, film, tell=lines.append)
    return lines


def test_a_score_read_again_gives_the_same_seed_of_32_bits(tiny_midi):
    first = seeds.of_score(score.read(tiny_midi))
    assert 0 <= first < 2**32
    assert seeds.of_score(score.read(tiny_midi)) == first


def test_a_recording_gives_another_seed_when_its_samples_differ():
    tone = 0.5 * np.sin(np.arange(22_050) / 20)
    assert seeds.of_sound(sound_of(tone)) == seeds.of_sound(sound_of(tone.copy()))
    assert seeds.of_sound(sound_of(tone)) != seeds.of_sound(sound_of(0.9 * tone))


def test_a_film_without_a_seed_is_that_of_the_seed_it_says_it_has(tmp_path, tiny_midi):
    (line,) = told(SeeOptions(**SMALL), tiny_midi, tmp_path / "own.mp4")
    seed = seeds.of_score(score.read(tiny_midi))
    assert line == f"{tiny_midi.name}: seed {seed}, from the music"
    clavilux.see(tiny_midi, tmp_path / "named.mp4", seed=seed, **SMALL)
    assert (tmp_path / "own.mp4").read_bytes() == (tmp_path / "named.mp4").read_bytes()


def test_seed_zero_that_is_named_is_zero(tmp_path, tiny_midi):
    assert told(SeeOptions(seed=0, **SMALL), tiny_midi, tmp_path / "zero.mp4") == []
    clavilux.see(tiny_midi, tmp_path / "own.mp4", **SMALL)
    assert (tmp_path / "zero.mp4").read_bytes() != (tmp_path / "own.mp4").read_bytes()


@pytest.mark.parametrize("mixed", [False, True])
def test_a_mix_of_ones_own_leaves_the_seed_that_of_the_music(tmp_path, mixed):
    tone = 0.5 * np.sin(np.arange(22_050) / 20)
    media.write_sound(sound_of(tone), tmp_path / "song.wav")
    media.write_sound(sound_of(0.3 * tone), tmp_path / "mix.wav")
    options = SeeOptions(sound=tmp_path / "mix.wav" if mixed else None, **SMALL)
    seed = seeds.of_sound(media.open_sound(tmp_path / "song.wav"))
    (line,) = told(options, tmp_path / "song.wav", tmp_path / "film.mp4")
    assert f"seed {seed}," in line
