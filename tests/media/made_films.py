"""Films of any container and codec, as cameras, phones and editors write them."""

from collections.abc import Callable, Iterable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from media_samples import picture

from clavilux.core.values import Size

SMALL = Size(64, 48)


def make_film(
    path: Path,
    codec: str = "libx264",
    *,
    container: str | None = None,
    n_frames: int = 30,
    rate: Fraction | int = 25,
    pixel_format: str = "yuv420p",
    options: dict[str, str] | None = None,
    muxing: dict[str, str] | None = None,
    size: Size = SMALL,
    ticks: Iterable[int] | None = None,
    tick: Fraction | None = None,
    aspect: Fraction | None = None,
    rotation: int = 0,
    sounds: tuple[str, ...] = (),
    draw: Callable[[int, Size], np.ndarray] = picture,
    metadata: dict[str, str] | None = None,
) -> Path:
    """Write `n_frames` pictures, one each of `ticks` (0, 1, 2 … by default), and tones."""
    tick = tick or 1 / Fraction(rate)
    times = list(ticks) if ticks is not None else list(range(n_frames))
    with av.open(str(path), "w", format=container, container_options=muxing or {}) as out:
        out.metadata.update(metadata or {})
        film = out.add_stream(codec, rate=Fraction(rate))
        film.width, film.height = size
        film.pix_fmt = pixel_format
        film.codec_context.options = options or {}
        film.codec_context.time_base = tick
        if aspect is not None:
            film.codec_context.sample_aspect_ratio = aspect
        if rotation:
            film.set_display_rotation(rotation)
        tracks = [out.add_stream(name, rate=48000) for name in sounds]
        for track in tracks:
            track.codec_context.layout = "stereo"
        for number, track in enumerate(tracks):
            seconds = float((times[-1] + 1) * tick)
            for frame in _tone(440 * (number + 1), seconds):
                out.mux(track.encode(frame))
        for index, time in enumerate(times):
            plain = av.VideoFrame.from_ndarray(draw(index, size), format="rgb24")
            frame = plain.reformat(format=pixel_format)
            frame.pts, frame.time_base = time, tick
            out.mux(film.encode(frame))
        for stream in [film, *tracks]:
            out.mux(stream.encode(None))
    return path


def _tone(pitch: float, seconds: float) -> Iterable[av.AudioFrame]:
    for start in range(0, round(seconds * 48000), 9600):
        wave = 0.1 * np.sin(2 * np.pi * pitch * np.arange(start, start + 9600) / 48000)
        samples = np.repeat(wave[None, :], 2, 0).astype(np.float32)
        frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = 48000, start, Fraction(1, 48000)
        yield frame


def trim_film(source: Path, target: Path, cut_s: Fraction | float) -> Path:
    """Cut a film's start without encoding: an edit list hides what comes before `cut_s`.

    A negative cut makes the film start later on its container's clock.
    """
    with (
        av.open(str(source)) as old,
        av.open(str(target), "w", container_options={"avoid_negative_ts": "disabled"}) as new,
    ):
        copies = {s.index: new.add_stream_from_template(s, opaque=True) for s in old.streams}
        for packet in old.demux():
            if packet.dts is None or packet.pts is None:
                continue
            ticks = round(Fraction(cut_s) / packet.time_base)
            packet.pts, packet.dts = packet.pts - ticks, packet.dts - ticks
            if packet.stream.type == "audio" and packet.pts < 0:
                continue
            packet.stream = copies[packet.stream.index]
            new.mux(packet)
    return target


def decoded(path: Path) -> list[tuple[Fraction, np.ndarray]]:
    """Decode a film by libav alone: each picture's time, from the first on, and its pixels."""
    found = []
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            time = (frame.pts or 0) * (frame.time_base or Fraction(1))
            found.append((time, frame.to_ndarray()))
    return [(time - found[0][0], pixels) for time, pixels in found]
