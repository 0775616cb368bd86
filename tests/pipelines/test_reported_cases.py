"""Every reported file is read as its README says; what rooms test closer stands there."""

from pathlib import Path

import numpy as np
import pytest

import clavilux
from clavilux import media, score
from clavilux.core.errors import ScoreError

MIDI = {
    "FE_active": ({"": 2}, []),
    "realtime_F8": ({"": 2}, []),
    "data_byte_high": ({"": 3}, []),
    "ableton5": ({"": 2}, []),
    "title_drum": ({"Little Drummer Boy": 4}, []),
    "title_conundrum": ({"Conundrum": 4}, []),
    "drum_n_bass_lead": ({"Drum'n'Bass Lead": 4}, []),
    "drums_ch11_gs": ({"": 8}, [10, 11]),
    "drums_ch16_xg127": ({"": 4}, [16]),
    "ch10_melodic_gs": ({"": 4}, []),
    "ezdrummer_and_ch10": ({"Bass": 4, "EZdrummer": 4, "Perc": 4}, [4, 10]),
    "Schlagzeug": ({"Schlagzeug": 4, "Bass": 4}, [2]),
    "utf16": ({"Drums": 4}, [1]),
    "cp1251": ({"Ударные": 4}, []),
}
"""Name to notes by track, and the channels of drums."""
ELSEWHERE = {
    "1_film_trimmed", "2_mix", "3_markers", "5_ts", "7_gif", "8_sound", "9_mapping",
    "10_schedule",
}  # fmt: skip
"""Folders whose files are tested by name in the rooms that read them."""


@pytest.mark.parametrize("name", MIDI)
def test_reported_midi_files_keep_their_notes_names_and_drums(shared: Path, name: str) -> None:
    notes, channels = MIDI[name]

    music = score.read(shared / "cases/4_midi" / f"{name}.mid")

    played = [track for track in music.tracks if len(track.notes)]
    assert {track.name: len(track.notes) for track in played} == notes
    assert all((track.notes.offset_tick > track.notes.onset_tick).all() for track in played)
    assert sorted(part.channel + 1 for part in score.find_drums(music).parts) == channels


def test_a_delta_of_five_bytes_leaves_notes_at_zero_or_is_refused(shared: Path) -> None:
    try:
        music = score.read(shared / "cases/4_midi/ableton5.mid")
    except ScoreError as error:
        assert "delta" in str(error)  # noqa: PT017 - either answer is right
        return
    assert min(int(track.notes.onset_tick.min()) for track in music.tracks if len(track.notes)) == 0


@pytest.mark.parametrize("name", ["three.gif", "three_pictures.mp4"])
def test_films_of_three_pictures_become_music(shared: Path, tmp_path: Path, name: str) -> None:
    film = shared / "cases/6_pictures" / name

    music = score.read(clavilux.hear(film, tmp_path / "music.mid"))

    assert len(list(media.open_film(film))) == 3
    assert sum(len(track.notes) for track in music.tracks) > 0


def test_films_shorter_than_a_second_become_music(tmp_path: Path) -> None:
    pictures = [np.full((48, 64, 3), level, dtype=np.uint8) for level in (0, 90, 200, 30, 255)]
    for n in range(1, 6):
        film = tmp_path / f"{n}.mp4"
        media.write_film(iter(pictures[:n]), film, frame_rate=10, size=(64, 48))
        assert clavilux.hear(film, tmp_path / f"{n}.mid").exists()


def test_no_reported_file_goes_untested(shared: Path) -> None:
    tested = {f"4_midi/{name}.mid" for name in MIDI} | {
        "6_pictures/three.gif", "6_pictures/three_pictures.mp4", "README.md",
    }  # fmt: skip
    sources = "".join(
        path.read_text(encoding="utf-8")
        for path in Path(__file__).parents[1].rglob("test_*.py")
        if path.name != Path(__file__).name
    )
    for path in (shared / "cases").glob("*/*"):
        if path.parent.name in ELSEWHERE:
            assert path.stem in sources, f"{path.name} is in no test"
        else:
            assert f"{path.parent.name}/{path.name}" in tested
