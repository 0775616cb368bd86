"""What a film has besides pictures and sound is kept where the container can."""

import warnings
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest
from made_films import make_film
from media_samples import click

from clavilux.media.rescore import rescore

pytestmark = pytest.mark.filterwarnings("ignore:.*encoded again")

LINES = ((0.2, "Where are you?"), (0.8, "Here, and <i>there</i>."))
TAGS = {"title": "A walk", "artist": "Somebody", "creation_time": "2021-03-04T05:06:07.000000Z"}
CHAPTERS = ((0, 400, "Dawn"), (400, 1200, "Noon"))


def rich_film(path: Path, subtitles: str, sounds: tuple[str, ...]) -> Path:
    """Write a film with tags, two chapters, German subtitles and two sound tracks."""
    plain = make_film(path.with_name("plain.mp4"), sounds=sounds)
    with av.open(str(plain)) as old, av.open(str(path), "w") as new:
        new.metadata.update(TAGS)
        tick = Fraction(1, 1000)
        new.set_chapters(
            [
                {"id": n, "start": a, "end": b, "time_base": tick, "metadata": {"title": title}}
                for n, (a, b, title) in enumerate(CHAPTERS)
            ]
        )
        copies = [new.add_stream_from_template(s, opaque=True) for s in old.streams]
        text: Any = new.add_mux_stream(subtitles)
        text.time_base, text.metadata["language"] = tick, "deu"
        copies[-1].metadata["language"] = "fra"
        for packet in old.demux():
            if packet.pts is not None and packet.dts is not None:
                packet.stream = copies[packet.stream.index]
                new.mux(packet)
        for at, line in LINES:
            data = line.encode()
            if subtitles == "mov_text":
                data = len(data).to_bytes(2, "big") + data
            packet = av.Packet(data)
            packet.stream, packet.time_base, packet.duration = text, tick, 300
            packet.pts = packet.dts = round(at * 1000)
            new.mux(packet)
    return path


def shown_lines(path: Path) -> list[tuple[float, str]]:
    with av.open(str(path)) as film:
        (stream,) = film.streams.subtitles
        assert stream.language == "deu" or path.suffix == ".mov"  # QuickTime has no such code
        is_mov = stream.codec_context.name == "mov_text"
        found = [(float(p.pts * p.time_base), bytes(p)) for p in film.demux(stream) if p.size]
    lines = [(at, (data[2:] if is_mov else data).decode()) for at, data in found]
    return [(at, line) for at, line in lines if line]


@pytest.mark.parametrize("target", [".mp4", ".mov", ".mkv", ".webm"])
@pytest.mark.parametrize(("source", "subtitles"), [(".mp4", "mov_text"), (".mkv", "subrip")])
def test_tags_chapters_subtitles_and_further_sound_are_kept(
    tmp_path: Path, source: str, subtitles: str, target: str
) -> None:
    sounds = ("aac", "libopus")
    film = rich_film(tmp_path / f"rich{source}", subtitles, sounds)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        rescore(film, click(0.1, 1.2), scored := tmp_path / f"scored{target}", duration_s=1.2)
    lost = [str(w.message) for w in said if "loses" in str(w.message)]
    with av.open(str(scored)) as found:
        tags = {key.lower(): value for key, value in found.metadata.items()}
        assert {key: tags.get(key) for key in TAGS} == TAGS
        chapters = [(c["start"] * c["time_base"], c["metadata"]["title"]) for c in found.chapters()]
        assert [title for _, title in chapters] == ["Dawn", "Noon"]
        assert [float(at) for at, _ in chapters] == pytest.approx([0, 0.4], abs=0.03)
        tracks = [stream.codec_context.name for stream in found.streams.audio]
        assert len(tracks) + len(lost) == 2
        if not lost:
            assert "opus" in tracks[1]
            assert found.streams.audio[1].language == "fra"
    assert [at for at, _ in shown_lines(scored)] == pytest.approx([0.2, 0.8], abs=0.03)
    lines = [line for _, line in shown_lines(scored)]
    assert lines[0] == LINES[0][1]
    assert lines[1].replace("<i>", "").replace("</i>", "") == "Here, and there."


def test_what_cannot_be_kept_is_named_in_one_line(tmp_path: Path) -> None:
    film = make_film(tmp_path / "two.mkv", sounds=("aac", "ac3"))
    with pytest.warns(UserWarning, match=r"loses: sound of track 3 \(ac3\)"):
        rescore(film, click(0.1, 1.2), tmp_path / "scored.webm", duration_s=1.2)
