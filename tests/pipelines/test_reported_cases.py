"""Every reported file gives what its README says is right; rooms test their kinds closer."""

import json
import warnings
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest

import clavilux
from clavilux import media, score
from clavilux.core.errors import ClaviluxError, ScoreError
from clavilux.editorial.hits import read_markers
from clavilux.pipelines.music import open_music
from clavilux.schedule import check as checks
from clavilux.schedule import mapping as mappings
from clavilux.schedule import parse
from clavilux.schedule.deforum.settings import DeforumSettings
from clavilux.schedule.document import open_rendered

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
PAL, NTSC = Fraction(25), Fraction(30000, 1001)


def markers(path: Path, rate: Fraction = PAL) -> list[float]:
    """Return the markers of an editor's export, to a millisecond."""
    return [round(time, 3) for time in read_markers(path, rate, Fraction(601))]


def ntsc_markers(path: Path) -> list[float]:
    return markers(path, NTSC)


def length_with(mix: Path) -> float:
    """Return how long the film of the song of half a second is with a mix."""
    return round(open_music(mix.parent / "song_half_second.mid", bounce=mix).duration_s, 1)


def bursts(film: Path) -> tuple[float, int, float, list[float]]:
    """Return a film's length, pictures, frame rate and where white pictures begin."""
    opened = media.open_film(film, pixels="luma", size=32)
    frames = [(float(frame.time), float(np.mean(frame.picture))) for frame in opened]
    starts = [now for (_, a), (now, b) in pairwise([(0.0, 0.0), *frames]) if b > a + 60]
    return round(len(frames) / float(opened.frame_rate), 2), len(frames), opened.frame_rate, starts


def pictures(film: Path) -> int:
    return len(list(media.open_film(film)))


def seconds(sound: Path) -> float:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return round(media.length_s(media.open_sound(sound)), 2)


def sine(sound: Path) -> tuple[float, float]:
    """Return a sound's length and its highest level."""
    heard = media.open_sound(sound)
    wave = heard.read()
    return round(len(wave) / heard.sample_rate, 3), round(float(np.abs(wave).max()), 3)


def value_at_80(document: Path) -> float:
    rendered = orjson.dumps(open_rendered(document).to_dict())
    return float(json.loads(rendered)["rendered_frames"][80]["zoom"])


def zoom(settings: Path) -> set[float]:
    return set(DeforumSettings.read(settings).column("zoom").tolist())


def errors(document: Path) -> list[str]:
    return [str(finding) for finding in checks.check(document) if finding.is_error]


def keyframes(document: Path) -> int:
    return len(parse(document).keyframes)


HITS, DROPPED = [5.0, 9.0, 14.0], pytest.approx([60.06, 600.0], abs=0.001)
RIGHT: dict[str, tuple[Callable[[Path], Any], Any]] = {
    "1_film_trimmed/trimmed_edit_list.mp4": (bursts, (4.2, 105, 25, [0.2, 2.2])),
    "2_mix/mix_10s.flac": (length_with, 10.0),
    "2_mix/mix_10s.mp3": (length_with, 10.0),
    "2_mix/song_half_second.mid": (lambda path: round(score.read(path).duration_s, 2), 0.5),
    "3_markers/bundle.fcpxmld": (markers, HITS),
    "3_markers/cuts_blankreel.edl": (markers, HITS),
    "3_markers/cuts_utf16.edl": (markers, HITS),
    "3_markers/deep.fcpxml": (markers, "nests elements more than 200 deep"),
    "3_markers/df_allsemi.edl": (ntsc_markers, DROPPED),
    "3_markers/df_colon.edl": (ntsc_markers, DROPPED),
    "3_markers/fx3600.fcpxml": (markers, HITS),
    "3_markers/fxbom.fcpxml": (markers, HITS),
    "3_markers/fxbrowser.fcpxml": (markers, HITS),
    "3_markers/premiere.xml": (markers, HITS),
    "3_markers/resolve_markers.edl": (markers, HITS),
    "3_markers/resolve_one.edl": (markers, [5.0]),
    "5_ts/two_recordings_joined.ts": (bursts, (6.0, 150, 25, [2.0, 5.0])),
    "7_gif/no_trailer.gif": (pictures, 8),
    "7_gif/zeros_after_end.gif": (pictures, 8),
    "8_sound/chained_other_rate.ogg": (seconds, pytest.approx(0.6, abs=0.025)),
    "8_sound/stale_xing_cut.mp3": (seconds, 3.97),
    "8_sound/theora.ogv": (pictures, 6),
    "8_sound/valid24_in_32.wav": (sine, (0.25, 0.275)),
    "9_mapping/hold_1e400.yaml": (mappings.load, "hold: '1e400 s' is not a length of time"),
    "9_mapping/target_is_a_list.yaml": (mappings.load, "target: the target is a list"),
    "10_schedule/deforum_bare_number.txt": (zoom, {1.02}),
    "10_schedule/parseq_bom.json": (keyframes, 2),
    "10_schedule/sum_of_500.json": (errors, []),
    "10_schedule/time_series_is_a_number.json": (
        open_rendered,
        "timeSeries is a number; expected a list",
    ),
    "10_schedule/value_beyond_64_bits.json": (value_at_80, 2.0**81 - 1),
}
"""How a file is read, and what is right: a value, or what the refusal says."""


@pytest.mark.parametrize("name", RIGHT)
def test_every_reported_file_gives_what_is_right(shared: Path, name: str) -> None:
    read, right = RIGHT[name]
    try:
        found = read(shared / "cases" / name)
    except ClaviluxError as error:
        found = str(error)
        assert "\n" not in found
    if isinstance(right, str):
        assert right in found
    else:
        assert found == right


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
    tested = {f"4_midi/{name}.mid" for name in MIDI} | {*RIGHT}
    tested |= {"6_pictures/three.gif", "6_pictures/three_pictures.mp4"}

    assert {f"{p.parent.name}/{p.name}" for p in (shared / "cases").glob("*/*")} == tested
