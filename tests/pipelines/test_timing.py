"""A recording's tempo, meter and beats can be put right; where they do nothing they are refused."""

import json

import numpy as np
import pytest

import clavilux
from clavilux import media
from clavilux.core.errors import InputError
from clavilux.core.values import Sound
from clavilux.pipelines.music import open_music
from tests.cli.shell import run

BEATS = "0.4\t1\n1.0\t2\n1.6\t3\n2.2\t1\n2.8\t2\n3.4\t3\n"


@pytest.fixture
def recording(tmp_path):
    rng = np.random.default_rng(0)
    wave = np.zeros(16_000 * 4, np.float32)
    for time_s in np.arange(0.4, 3.9, 0.6):
        at = round(time_s * 16_000)
        wave[at : at + 800] = 0.4 * rng.standard_normal(800) * np.linspace(1, 0, 800)
    media.write_sound(Sound.from_array(wave, 16_000), tmp_path / "a.wav")
    (tmp_path / "a.beats").write_text(BEATS)
    return tmp_path / "a.wav"


def test_beats_of_a_file_are_those_of_the_music(recording):
    facts = open_music(recording, beats=recording.with_suffix(".beats")).facts

    assert facts.beats_s.tolist() == [0.4, 1.0, 1.6, 2.2, 2.8, 3.4]
    assert facts.downbeats_s.tolist() == [0.4, 2.2]
    assert facts.meter == "3/4"


def test_plot_says_tempo_and_meter(recording):
    beats = recording.with_suffix(".beats")

    done = run("plot", recording, "-o", recording.with_suffix(".png"), "--beats", beats)

    assert done.returncode == 0
    assert "tempo: 100.0, meter: 3/4" in done.stderr


def test_a_schedule_has_the_tempo_that_was_given(recording):
    target = recording.with_suffix(".json")

    done = run("schedule", "from-music", recording, "-o", target, "--tempo", "50")

    assert done.returncode == 0
    assert json.loads(target.read_bytes())["options"]["bpm"] == pytest.approx(50, rel=0.02)


@pytest.mark.parametrize("option", [{"tempo": 90.0}, {"meter": "3/4"}, {"beats": [0.1, 0.6]}])
def test_a_midi_file_needs_no_such_word(tmp_path, tiny_midi, option):
    (name,) = option
    with pytest.raises(InputError, match=f"`{name}`"):
        clavilux.see(tiny_midi, tmp_path / "a.mp4", **option)
    with pytest.raises(InputError, match=f"`{name}`"):
        open_music(tiny_midi, **option)


@pytest.mark.parametrize("words", [("--tempo", "5"), ("--meter", "x"), ("--beats", "none.txt")])
def test_nonsense_is_refused_in_one_line(recording, words):
    done = run("see", recording, "-o", recording.with_suffix(".mp4"), *words)

    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
