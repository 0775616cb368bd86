"""Companions: what a film has besides its pictures and its main sound.

Title, date, chapters, subtitles and further sound tracks go into the new film
where its container holds them; texts of subtitles are put into the form that it
knows. What it cannot hold is listed.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.stream import DataStream, Stream
from av.subtitles.stream import SubtitleStream
from av.video.stream import VideoStream

from clavilux.media.clock import Joined, film_clock
from clavilux.media.containers import film_stream, open_input, packets, sound_stream

_TECHNICAL = {"major_brand", "minor_version", "compatible_brands", "encoder", "duration"}
"""Tags that describe the old file."""
_OF_STREAMS = ("language", "title", "alpha_mode")
_TEXT = {"subrip", "srt", "text", "mov_text", "webvtt", "ass", "ssa"}
_TEXT_CODEC = {"mp4": "mov_text", "mov": "mov_text", "mkv": "subrip", "webm": "webvtt"}
_MADE_ANEW = {"SubtitleHandler", "TimeCodeHandler"}
"""Data tracks that MP4 writers make of chapters and time codes."""
_REFUSED = {"mov": {"opus", "flac", "truehd", "vorbis"}}
"""Codecs that a container is said to hold, though libav then refuses them."""
_LEAST_S = {"mp4": -0.1, "mov": -0.1}
"""How early further sound may begin: an encoder's priming, where an edit list hides it."""


class Companions:
    """What goes with the pictures of one film into one container."""

    def __init__(
        self, path: Path, source: InputContainer, container: OutputContainer, kind: str
    ) -> None:
        """Take over tags and chapters, and add a stream for each track that can be kept."""
        self.lost: list[str] = []
        """What the container cannot hold, in words."""
        self._path, self._kind = path, kind
        self._clock = film_clock(path)
        self._start_s = self._clock.sound_origin or 0
        tags = {k: v for k, v in source.metadata.items() if k.lower() not in _TECHNICAL}
        container.metadata.update(tags)
        self._keep_chapters(source, container)
        self._copies: dict[int, tuple[Stream, str, str]] = {}
        film, sound = film_stream(source), sound_stream(source)
        for stream in source.streams:
            if stream not in (film, sound):
                self._keep(stream, container)

    def packets(self, duration_s: float) -> Iterator[Any]:
        """Read the packets of all tracks that are kept, up to the film's end."""
        if not self._copies:
            return
        with open_input(self._path) as source:
            streams = [source.streams[index] for index in self._copies]
            joined = {index: Joined(self._clock.joins) for index in self._copies}
            for packet in packets(source, *streams):
                index = packet.stream.index
                packet = joined[index].moved(packet)
                if packet.pts is None or not packet.size:
                    continue
                ticks = round(self._start_s / packet.time_base)
                seconds = float((packet.pts - ticks) * packet.time_base)
                if not _LEAST_S.get(self._kind, 0) <= seconds < duration_s:
                    continue
                copy, codec, coded = self._copies[index]
                moved = packet if codec == coded else _recoded(packet, codec, coded)
                if moved is None:
                    continue
                moved.pts, moved.time_base = packet.pts - ticks, packet.time_base
                dts = packet.pts if packet.dts is None else packet.dts
                moved.dts = dts - ticks if moved is packet else moved.pts
                moved.duration = packet.duration
                moved.stream = copy
                yield moved

    def _keep_chapters(self, source: InputContainer, container: OutputContainer) -> None:
        moved: list[Any] = []
        chapters: list[Any] = list(source.chapters())
        for chapter in chapters:
            ticks = round(self._start_s / chapter["time_base"])
            start, end = max(0, chapter["start"] - ticks), chapter["end"] - ticks
            if end > start:
                moved.append({**chapter, "start": start, "end": end})
        if moved:
            container.set_chapters(moved)

    def _keep(self, stream: Stream, container: OutputContainer) -> None:
        codec = stream.codec_context.codec.canonical_name if stream.codec_context else ""
        coded = codec
        is_kept = isinstance(stream, AudioStream | SubtitleStream)
        held = container.supported_codecs - _REFUSED.get(self._kind, set())
        if is_kept and codec not in held:
            coded = _TEXT_CODEC[self._kind]
            is_kept = isinstance(stream, SubtitleStream) and codec in _TEXT
        if not is_kept or not codec:
            self._lose(stream, codec)
            return
        if coded == codec:
            copy: Any = container.add_stream_from_template(stream)
        else:
            copy = container.add_mux_stream(coded)
            copy.time_base = stream.time_base
        for tag in _OF_STREAMS:
            if tag in stream.metadata:
                copy.metadata[tag] = stream.metadata[tag]
        self._copies[stream.index] = copy, codec, coded

    def _lose(self, stream: Stream, codec: str) -> None:
        if isinstance(stream, DataStream) and stream.metadata.get("handler_name") in _MADE_ANEW:
            return
        kinds = ((AudioStream, "sound"), (SubtitleStream, "subtitles"), (VideoStream, "pictures"))
        what = next((word for kind, word in kinds if isinstance(stream, kind)), stream.type)
        self.lost.append(f"{what} of track {stream.index + 1}" + (f" ({codec})" if codec else ""))


def _recoded(packet: Any, codec: str, coded: str) -> Any:
    """Put the text of one subtitle into another form; None where it is empty."""
    data = bytes(packet)
    if codec == "mov_text":
        data = data[2 : 2 + int.from_bytes(data[:2], "big")]
    text = data.decode("utf-8", "replace")
    if codec in ("ass", "ssa"):
        text = re.sub(r"\{[^}]*\}", "", text.split(",", 8)[-1])
        text = text.replace("\\N", "\n").replace("\\n", "\n").replace("\\h", " ")
    if coded != "subrip":
        text = re.sub(r"</?[^<>]+>", "", text)
    data = text.strip().encode()
    if not data:
        return None
    return Packet((len(data).to_bytes(2, "big") if coded == "mov_text" else b"") + data)
