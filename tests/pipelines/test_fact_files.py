"""What was seen and heard is written as data that others read."""

import csv
import json
from fractions import Fraction

import numpy as np
import pytest

from clavilux import editorial, media, score
from clavilux.core.errors import InputError
from clavilux.core.values import Size
from clavilux.pipelines.listening import listen
from clavilux.pipelines.watching import TIMELINES, watch

CUTS = (18, 40, 57, 90)


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    """Return five seconds of noise, another noise from each cut on."""
    rng = np.random.default_rng(0)
    stills = [rng.integers(0, 256, (12, 16, 3), dtype=np.uint8) for _ in range(len(CUTS) + 1)]

    def pictures():
        for i in range(120):
            still = stills[sum(cut <= i for cut in CUTS)]
            yield np.kron(still, np.ones((8, 8, 1), dtype=np.uint8))

    path = tmp_path_factory.mktemp("seen") / "cuts.mp4"
    media.write_film(pictures(), path, frame_rate=Fraction(24), size=Size(128, 96))
    return path


@pytest.fixture(scope="module")
def song(tmp_path_factory):
    builder = score.ScoreBuilder(120)
    drums = builder.track("Drums", channel=9)
    for beat in range(16):
        builder.note(drums, beat=beat, length_beats=0.2, pitch=36 if beat % 2 else 38, velocity=99)
    path = tmp_path_factory.mktemp("heard") / "song.mid"
    score.write(builder.build(), path)
    return path


def test_what_was_seen_is_json_with_cuts_shots_colours_and_moods(film, tmp_path):
    seen = json.loads(watch(film, tmp_path / "seen.json").read_text())

    cuts = [event["time_s"] for event in seen["events"] if event["kind"] == "cut"]
    np.testing.assert_allclose(cuts, np.array(CUTS) / 24, atol=1e-3)
    assert [shot["start_s"] for shot in seen["shots"]] == pytest.approx([0, *cuts])
    assert all(colour.startswith("#") for shot in seen["shots"] for colour in shot["colours"])
    assert {"motion", "brightness", "valence"} <= set(seen["series"])
    assert len(seen["moods"]) == 5
    assert seen["drums"] == []


@pytest.mark.parametrize("suffix", [s for s in TIMELINES if s != ".srt"])
def test_editors_read_the_cuts_as_clips(film, tmp_path, suffix):
    target = watch(film, tmp_path / f"seen{suffix}")

    timeline = editorial.read(target, frame_rate=Fraction(24))
    assert [round(cut * 24) for cut in timeline.cuts] == list(CUTS)


def test_a_table_has_ten_rows_a_second_and_its_events(film, tmp_path):
    with watch(film, tmp_path / "seen.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))

    assert len(rows) == 50
    assert "cut@0.750" in rows[7]["events"]
    assert float(rows[0]["brightness"]) > 0


def test_pictures_of_both_are_drawn(film, song, tmp_path):
    for drawn in (watch(film, tmp_path / "seen.png"), listen(song, tmp_path / "heard.png")):
        assert media.open_picture(drawn).std() > 5


def test_what_was_heard_is_json_table_and_midi(song, tmp_path):
    heard = json.loads(listen(song, tmp_path / "heard.json").read_text())
    music = score.read(listen(song, tmp_path / "heard.mid"))
    with listen(song, tmp_path / "heard.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))

    assert [event["kind"] for event in heard["events"][:3]] == ["snare", "kick", "snare"]
    assert heard["beats_s"][:3] == pytest.approx([0, 0.5, 1.0])
    (drums,) = [track for track in music.tracks if len(track.notes)]
    np.testing.assert_allclose(music.onsets_s(drums.notes), np.arange(16) / 2, atol=2e-3)
    assert "kick@0.500" in rows[5]["events"]


@pytest.mark.parametrize("verb", [watch, listen])
def test_another_suffix_is_refused_with_those_there_are(film, tmp_path, verb):
    with pytest.raises(InputError, match=r"ends in \.json, \.csv, \.png"):
        verb(film, tmp_path / "facts.xlsx")
