"""Music, recordings and documents become films of the right length, in time, with their sound."""

import json
from fractions import Fraction

import numpy as np
import pytest

import clavilux
from clavilux import media, score
from clavilux.core.errors import DocumentError, InputError
from clavilux.core.values import Size, Sound
from clavilux.pipelines.album import album
from clavilux.pipelines.music import open_music
from clavilux.pipelines.settings import SeeOptions

SMALL = {"size": Size(64, 48)}


def n_frames(path):
    return sum(1 for _ in media.open_film(path, pixels="luma", size=16))


def lumas(path):
    return [f.picture.astype(float) for f in media.open_film(path, pixels="luma", size=32)]


def test_a_midi_file_becomes_a_film_with_its_sound(tmp_path, tiny_midi):
    film = clavilux.see(tiny_midi, tmp_path / "film.mp4", **SMALL)

    info = media.probe(film)
    assert info.size == Size(64, 48)
    assert info.has_sound
    assert n_frames(film) == round((score.read(tiny_midi).duration_s + 1.5) * 24)
    assert np.abs(media.open_sound(film).read()).max() > 0.05


def test_the_same_seed_gives_the_same_film_and_another_does_not(tmp_path, tiny_midi):
    films = [
        clavilux.see(tiny_midi, tmp_path / f"{i}.mp4", seed=seed, duration=1.0, **SMALL)
        for i, seed in enumerate((3, 3, 4))
    ]

    assert films[0].read_bytes() == films[1].read_bytes()
    assert films[0].read_bytes() != films[2].read_bytes()


def test_a_part_of_a_film_lies_where_it_was_asked_for(tmp_path, tiny_midi):
    film = clavilux.see(
        tiny_midi, tmp_path / "a.mkv", start=1.0, duration=1.5, fps=Fraction(30), **SMALL
    )

    assert n_frames(film) == 45
    assert media.probe(film).frame_rate == 30


def test_the_musicians_own_mix_is_heard(tmp_path, tiny_midi):
    tone = np.sin(np.arange(44_100 * 6) * 2 * np.pi * 440 / 44_100) * 0.5
    media.write_sound(Sound.from_array(tone.astype(np.float32), 44_100), tmp_path / "mix.wav")

    film = clavilux.see(tiny_midi, tmp_path / "a.mkv", sound=tmp_path / "mix.wav", **SMALL)

    heard = media.open_sound(film).read()[:, 0]
    assert len(heard) == 44_100 * 6
    assert np.abs(heard - tone).max() < 0.01


def test_a_recording_becomes_a_film_as_long_as_itself(tmp_path):
    rng = np.random.default_rng(0)
    clicks = np.zeros(44_100 * 4, dtype=np.float32)
    for beat in range(8):
        start = beat * 22_050
        clicks[start : start + 2000] = rng.normal(0, 0.3, 2000) * np.exp(-np.arange(2000) / 400)
    media.write_sound(Sound.from_array(clicks, 44_100), tmp_path / "song.wav")

    film = clavilux.see(tmp_path / "song.wav", tmp_path / "a.mp4", **SMALL)

    assert n_frames(film) == 96


DOCUMENT = {
    "options": {"output_fps": 20, "bpm": 120, "cadence": 1},
    "managedFields": ["rotation_3d_z", "strength"],
    "keyframes": [
        {"frame": 0, "rotation_3d_z": 0, "rotation_3d_z_i": "f*2", "strength": 0.9},
        {"frame": 30, "rotation_3d_z": 0},
    ],
}


def test_a_parseq_document_becomes_a_film_at_its_own_rate(tmp_path):
    path = tmp_path / "document.json"
    path.write_text(json.dumps(DOCUMENT))

    film = clavilux.see(path, tmp_path / "a.mp4", **SMALL)

    assert n_frames(film) == 31
    assert media.probe(film).frame_rate == 20
    assert not media.probe(film).has_sound


def test_deforum_settings_become_a_film(tmp_path):
    path = tmp_path / "settings.txt"
    content = {
        "W": 96, "H": 64, "max_frames": 12, "fps": 12, "animation_mode": "3D",
        "translation_z": "0:(10*sin(2*3.14*t/6))", "strength_schedule": "0:(0.7)",
    }  # fmt: skip
    path.write_text(json.dumps(content))

    film = clavilux.see(path, tmp_path / "a.mp4")

    assert (n_frames(film), media.probe(film).size) == (12, Size(96, 64))


def test_another_frame_rate_than_the_documents_is_refused(tmp_path):
    path = tmp_path / "document.json"
    path.write_text(json.dumps(DOCUMENT))

    with pytest.raises(InputError, match="leave `fps` out"):
        clavilux.see(path, tmp_path / "a.mp4", fps=Fraction(24))


def test_json_that_is_no_document_is_refused(tmp_path):
    path = tmp_path / "other.json"
    path.write_text("{}")

    with pytest.raises(DocumentError, match="neither a Parseq document"):
        clavilux.see(path, tmp_path / "a.mp4")


def test_a_preview_is_small_and_short(tmp_path, tiny_midi):
    film = clavilux.see(tiny_midi, tmp_path / "a.mp4", preview=True, size=Size(1280, 720))

    assert media.probe(film).size == Size(342, 192)


def test_a_folder_becomes_an_album_and_what_is_there_is_kept(tmp_path, tiny_midi):
    songs = tmp_path / "songs"
    songs.mkdir()
    for name in ("one.mid", "two.mid"):
        (songs / name).write_bytes(tiny_midi.read_bytes())
    (songs / "broken.mid").write_bytes(b"no music")
    (songs / "cover.txt").write_text("not music")

    def entries():
        made = album(songs, tmp_path / "films", SeeOptions(duration=0.5, **SMALL))
        return [(entry.film.name, bool(entry.problem), bool(entry.kept)) for entry in made]

    assert entries() == [
        ("broken.mp4", True, False), ("one.mp4", False, False), ("two.mp4", False, False)
    ]  # fmt: skip
    assert entries()[1:] == [("one.mp4", False, True), ("two.mp4", False, True)]


@pytest.mark.parametrize("suffix", [".mov", ".webm", ".gif"])
def test_every_container_is_written(tmp_path, tiny_midi, suffix):
    film = clavilux.see(tiny_midi, tmp_path / f"a{suffix}", duration=0.5, **SMALL)

    assert n_frames(film) == 12


def test_pictures_are_written_into_a_folder(tmp_path, tiny_midi):
    folder = clavilux.see(tiny_midi, tmp_path / "frames", duration=0.5, **SMALL)

    assert len(list(folder.glob("*.png"))) == 12


def test_a_kick_is_seen_where_it_is_heard(tmp_path, tiny_midi):
    film = clavilux.see(
        tiny_midi, tmp_path / "a.mp4", duration=2.2, flashing=True, size=Size(128, 128)
    )
    pictures = np.stack(lumas(film))

    change = np.abs(np.diff(pictures, axis=0)).mean(axis=(1, 2))
    kick = round(1.0 * 24)  # the second kick of the file: beat 2 at 120 beats a minute
    assert change[kick - 2 : kick + 1].max() > 2 * np.median(change)


def test_stems_are_heard_apart(tmp_path):
    rng = np.random.default_rng(0)
    burst = rng.normal(0, 0.3, 3000) * np.exp(-np.arange(3000) / 500)
    silence = np.zeros(44_100 * 3, dtype=np.float32)
    drums = silence.copy()
    for beat in range(6):
        drums[beat * 22_050 : beat * 22_050 + 3000] = burst
    (tmp_path / "stems").mkdir()
    for name, samples in (("drums", drums), ("bass", silence + 0.001)):
        media.write_sound(Sound.from_array(samples, 44_100), tmp_path / "stems" / f"{name}.wav")
    media.write_sound(Sound.from_array(drums, 44_100), tmp_path / "mix.wav")

    piece = open_music(tmp_path / "mix.wav", stems=tmp_path / "stems")

    assert any(kind.startswith("drums/") for kind in piece.facts.events.kind)


@pytest.mark.parametrize("suffix", [".mp3", ".m4a", ".ogg", ".opus", ".flac"])
def test_a_mix_longer_than_its_midi_is_seen_to_its_end(tmp_path, tiny_midi, suffix):
    tone = np.sin(np.arange(16_000 * 8) * 2 * np.pi * 440 / 16_000).astype(np.float32) * 0.5
    media.write_sound(Sound.from_array(tone, 16_000), tmp_path / f"mix{suffix}")

    piece = open_music(tiny_midi, bounce=tmp_path / f"mix{suffix}")

    assert piece.duration_s == pytest.approx(8.0, abs=0.05)


def test_the_reported_mix_is_seen_whole(shared):
    folder = shared / "cases/2_mix"
    lengths = [
        open_music(folder / "song_half_second.mid", bounce=folder / f"mix_10s.{kind}").duration_s
        for kind in ("mp3", "flac")
    ]

    assert lengths == pytest.approx([10, 10], abs=0.06)


@pytest.mark.parametrize("offset_s", [-0.75, 0.5])
def test_an_offset_lines_a_mix_up_with_its_music(tmp_path, tiny_midi, offset_s):
    wave = np.zeros(8000 * 8, np.float32)
    wave[8000 * 2 : 8000 * 2 + 200] = 0.9
    media.write_sound(Sound.from_array(wave, 8000), tmp_path / "mix.wav")

    film = clavilux.see(
        tiny_midi, tmp_path / "a.mkv", sound=tmp_path / "mix.wav", offset=offset_s, **SMALL
    )

    sound = media.open_sound(film)
    heard = np.flatnonzero(np.abs(sound.read()[:, 0]) > 0.3)[0] / sound.sample_rate
    assert heard == pytest.approx(2 + offset_s, abs=0.01)
    assert n_frames(film) == round((8 + offset_s) * 24)


def test_an_offset_without_a_mix_is_refused(tmp_path, tiny_midi):
    with pytest.raises(InputError, match="`sound`"):
        clavilux.see(tiny_midi, tmp_path / "a.mp4", offset=1.0, **SMALL)
