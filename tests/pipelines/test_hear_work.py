"""Work on a soundtrack: plans, parts written anew, cues, fades, ducking and loudness."""

import json
from fractions import Fraction

import numpy as np
import pytest

from clavilux import media, score
from clavilux.core.errors import ClaviluxError
from clavilux.core.loudness import measure
from clavilux.core.values import Size, Sound
from clavilux.pipelines.hear import hear
from clavilux.pipelines.mixing import faded, over

RATE, DURATION_S = Fraction(12), 20.0


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    """Return a film of twenty seconds with five shots, some calm and some quick."""
    rng = np.random.default_rng(0)
    tiles = [rng.integers(0, 255, (9, 16, 3)).astype(np.uint8) for _ in range(5)]
    shots = [np.kron(tile, np.ones((8, 8, 1), dtype=np.uint8)) for tile in tiles]

    def pictures():
        for i in range(int(DURATION_S * RATE)):
            number = i // 48
            yield np.roll(shots[number], i * (number % 2) * 3, axis=1)

    path = tmp_path_factory.mktemp("film") / "film.mp4"
    media.write_film(pictures(), path, frame_rate=RATE, size=Size(128, 72))
    return path


def test_a_plan_lies_beside_the_output_and_composes_it_again(film, tmp_path):
    hear(film, tmp_path / "one.mid", style="folk", seed=3)

    plan = json.loads((tmp_path / "one.plan.json").read_text())
    hear(film, tmp_path / "two.mid", again=str(tmp_path / "one.plan.json"))

    assert plan["format"] == "clavilux.soundtrack/1"
    assert plan["composed"]["style"] == "folk"
    assert (tmp_path / "one.mid").read_bytes() == (tmp_path / "two.mid").read_bytes()


def test_one_part_is_written_anew_from_the_plan(film, tmp_path):
    hear(film, tmp_path / "one.mid")
    plan = json.loads((tmp_path / "one.plan.json").read_text())
    part = plan["composed"]["parts"][0]["label"]

    again = {"again": str(tmp_path / "one.plan.json"), "only_part": part}
    hear(film, tmp_path / "two.mid", seed=9, **again)

    other = json.loads((tmp_path / "two.plan.json").read_text())
    assert other["request"]["part_seeds"] == {part: 9}
    assert other["request"]["seed"] == plan["request"]["seed"]
    assert (tmp_path / "one.mid").read_bytes() != (tmp_path / "two.mid").read_bytes()
    tempi = [score.read(tmp_path / name).tempo_map.tempi_bpm for name in ("one.mid", "two.mid")]
    np.testing.assert_array_equal(*tempi)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"again": "{tmp}/wrong.json"}, "is not the plan of a soundtrack"),
        ({"only_part": "A"}, "name that with `again`"),
        ({"duck": True}, "keep that with `keep_sound`"),
        ({"loudness": -14.0}, "`loudness` is of sound"),
        ({"start": 15.0, "end": 5.0}, "don't lie in order"),
        ({"start": 19.5}, "less than a second"),
        ({"what": "drums", "end": 4.0}, "`end` is for a soundtrack"),
    ],
)
def test_what_cannot_be_or_does_nothing_is_refused(film, tmp_path, changes, complaint):
    (tmp_path / "wrong.json").write_text('{"format": "other"}')
    changes = {k: v.format(tmp=tmp_path) if isinstance(v, str) else v for k, v in changes.items()}

    with pytest.raises(ClaviluxError, match=complaint):
        hear(film, tmp_path / "a.mid", **changes)


def test_somebody_elses_file_is_not_written_over_by_a_plan(film, tmp_path):
    (tmp_path / "a.plan.json").write_text("{}")

    with pytest.raises(ClaviluxError, match="would be written beside"):
        hear(film, tmp_path / "a.mid")

    assert (tmp_path / "a.plan.json").read_text() == "{}"


def test_a_cue_begins_and_ends_where_it_is_asked_to(film, tmp_path):
    music = score.read(hear(film, tmp_path / "a.mid", start=5, end=15))

    onsets = np.concatenate([music.onsets_s(t.notes) for t in music.tracks])
    assert onsets.min() == pytest.approx(5.0, abs=1e-3)
    assert onsets.max() < 15.0
    assert music.duration_s == pytest.approx(DURATION_S, abs=2e-3)


def test_a_cue_is_silent_outside_and_as_loud_as_asked_inside(film, tmp_path):
    target = hear(film, tmp_path / "a.wav", start=5, end=15, fade_in=1.0, loudness=-20.0)

    sound = media.open_sound(target)
    samples, rate = sound.read(), sound.sample_rate
    assert len(samples) == DURATION_S * rate
    assert not samples[: 5 * rate].any()
    assert not samples[15 * rate :].any()
    assert measure(sound).integrated == pytest.approx(-20, abs=1.0)


def test_music_rises_and_falls_by_its_fades():
    ones = Sound.from_array(np.ones(1000, dtype=np.float32), 100)

    heard = faded(ones, 2.0, fade_in_s=1.0, start_s=2.0, end_s=8.0).read()[:, 0]

    assert not heard[:201].any()
    assert heard[250] == pytest.approx(0.5)
    assert heard[400] == 1.0
    assert heard[699] == pytest.approx(0.5)
    assert not heard[799:].any()


def test_music_steps_back_for_a_voice_and_not_for_a_steady_tone(shared):
    voice = media.cut(media.open_sound(shared / "samples" / "speech" / "whisper_jfk.flac"), 0, 4)
    rate = voice.sample_rate
    time = np.arange(4 * rate) / rate
    hum = Sound.from_array((0.2 * np.sin(2 * np.pi * 100 * time)).astype(np.float32), rate)
    tone = Sound.from_array((0.1 * np.sin(2 * np.pi * 3000 * time)).astype(np.float32), rate)

    def level(own, duck_db):
        samples = over(own, tone, duck_db=duck_db).read()[rate : 3 * rate, 0]
        spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
        return 20 * np.log10(spectrum[5990:6010].max())

    assert level(hum, 12.0) == pytest.approx(level(hum, None), abs=0.5)
    assert level(voice, 12.0) < level(voice, None) - 6
