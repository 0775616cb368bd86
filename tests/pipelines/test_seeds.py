"""Seeds drawn from music: other notes, other pictures; the same notes, the same ones."""

import json
from fractions import Fraction

import numpy as np
import pytest

import clavilux
from clavilux import media, score
from clavilux.core.values import Sound
from clavilux.dataset.example import make
from clavilux.dataset.recipe import Recipe, plan
from clavilux.pipelines import seeds
from clavilux.pipelines.documents import dense_documents
from clavilux.pipelines.see import see_with
from clavilux.pipelines.settings import SeeOptions
from clavilux.schedule import mapping
from tests.cli import shell

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


def test_loop_plot_and_schedule_say_the_same_seed(tmp_path, tiny_midi):
    seed = seeds.of_score(score.read(tiny_midi))
    for arguments in (
        ("mapping", "plot", "clavilux", "--music", tiny_midi, "-o", tmp_path / "plot.png"),
        ("schedule", "from-music", tiny_midi, "-o", tmp_path / "song.json"),
    ):
        done = shell.run(*arguments)
        assert done.returncode == 0
        assert f"{tiny_midi.name}: seed {seed}, from the music" in done.stderr


@pytest.mark.slow
def test_the_report_of_a_loop_has_the_seed(tmp_path, tiny_midi):
    report = tmp_path / "loop.json"
    done = shell.run("loop", tiny_midi, "--json", report, "--size", 64, "--duration", 2)
    assert done.returncode == 0
    assert json.loads(report.read_text())["seed"] == seeds.of_score(score.read(tiny_midi))


def test_documents_of_a_folder_have_each_the_seed_of_its_notes(tmp_path, tiny_midi):
    (tmp_path / "songs").mkdir()
    (tmp_path / "songs" / "tiny.mid").write_bytes(tiny_midi.read_bytes())
    rules = mapping.load("clavilux")
    seed = seeds.of_score(score.read(tiny_midi))
    for name, given in (("own", None), ("named", seed), ("zero", 0)):
        dense_documents(
            tmp_path / "songs", tmp_path / name, rules,
            frame_rate=Fraction(12), duration_s=2, seed=given,
        )  # fmt: skip
    own, named, zero = (
        (tmp_path / name / "tiny.json").read_bytes() for name in ("own", "named", "zero")
    )
    assert own == named != zero


@pytest.mark.slow
def test_a_data_set_of_midi_files_has_the_seeds_of_their_notes(tmp_path, tiny_midi):
    (tmp_path / "songs").mkdir()
    (tmp_path / "songs" / "tiny.mid").write_bytes(tiny_midi.read_bytes())
    recipe = Recipe(midi=str(tmp_path / "songs"), duration_s=0.5, width=32, height=32)
    (example,) = plan(recipe, 1)
    assert example.seed is None
    make(example.to_dict(), "clavilux", str(tmp_path / "one"), str(tmp_path / "staging"), {})
    record = json.loads((tmp_path / "one" / "record.json").read_text())
    assert record["example"]["seed"] == seeds.of_score(score.read(tiny_midi))
    assert plan(recipe.model_copy(update={"seed": 7}), 1)[0].seed == 7_000_021
