"""Encoders: how many frames a second does a whole film take, at equal likeness?

Films of our own piece, drawn and encoded on one thread. Of each preset or codec the constant rate
factor is found at which the decoded film is as like what was drawn (SSIM of luma) as x264's
veryfast at CRF 18 is, between three encodings; then whole films are made with it, by turns with
the others, and the median of their CPU times counts.

    python -m benchmarks.encoders
    python -m benchmarks.encoders --looks ink,paper --sizes 1280x720 --frames 48 --av1
"""

import argparse
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice

import av
import numpy as np
from av.video.codeccontext import VideoCodecContext

from clavilux import matter, media
from clavilux.compose.demo import demo_score
from clavilux.core.values import Curves, Size, Yuv
from clavilux.evaluation.similarity import decibels, mean_ssim
from clavilux.media.segment_file import PictureEncoder
from clavilux.render import Request, pictures
from clavilux.schedule import mapping

RATE = Fraction(24)
FIRST_FRAME = 96
"""Where drums have come in."""
_RATES = (16, 18, 20)
_EVERY = 3  # frames compared


@dataclass(frozen=True, slots=True)
class Way:
    """A way to encode."""

    name: str
    preset: str
    codec: str | None = None
    more: tuple[tuple[str, str], ...] = ()

    def encoding(self, size: Size, rate: float) -> media.Encoding:
        """Return the encoding at a constant rate factor, of which libx264 takes parts of."""
        made = media.encoding_for(
            "film.mp4", frame_rate=RATE, size=size, preset=self.preset, codec=self.codec
        )
        options = dict(made.options) | {"crf": f"{rate:.2f}"} | dict(self.more)
        return replace(made, options=tuple(options.items()))


REFERENCE = Way("veryfast", "veryfast")
SMOOTH = Way("smooth", media.DEFAULT_PRESET)
OTHERS = (
    Way("one B frame", "veryfast", more=(("bf", "1"),)),
    Way(
        "subme 1, no partitions",
        "veryfast",
        more=(("bf", "1"), ("subq", "1"), ("partitions", "none")),
    ),
    Way("superfast", "superfast"),
)
"""What else was considered; `--all` prints them."""
AV1 = Way("av1", media.DEFAULT_PRESET, "av1")


def main() -> None:
    """Print the table."""
    print_table(_options())


def print_table(options: argparse.Namespace) -> None:
    """Print bytes, frames a second and how much faster that is, of every look, size and way."""
    looks = matter.LOOKS.names() if options.looks == "all" else options.looks.split(",")
    ways = [REFERENCE, SMOOTH, *(OTHERS if options.all else ()), *([AV1] if options.av1 else [])]
    curves = _curves(options.frames)
    print(
        f"our own piece, {options.frames} frames of {len(looks)} looks, mapping clavilux, seed 3; "
        f"one thread, CPU time, median of {options.passes} passes by turns; bytes and time at the "
        "SSIM of veryfast at CRF 18"
    )
    print(f"{'size':<10} {'look':<9} {'way':<24} {'CRF':>6} {'SSIM':>7} {'bytes':>6} "
          f"{'frames/s':>9} {'faster':>7}")  # fmt: skip
    for text in options.sizes.split(","):
        size = Size(*(int(side) for side in text.split("x")))
        rows: dict[str, list[tuple[float, float]]] = {way.name: [] for way in ways}
        for look in looks:
            for way, found in measured(look, size, curves, ways, options.passes):
                rows[way.name].append((found.bytes, found.faster))
                print(
                    f"{size!s:<10} {look:<9} {way.name:<24} {found.rate:>6.2f} {found.ssim:>7.4f} "
                    f"{found.bytes:>6.2f} {found.per_s:>9.1f} {found.faster:>7.2f}",
                    flush=True,
                )
        for name, values in rows.items():
            share, faster = np.median(values, axis=0)
            print(f"{size!s:<10} {'median':<9} {name:<24} {'':>6} {'':>7} {share:>6.2f} "
                  f"{'':>9} {faster:>7.2f}")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """What a way came to at one look and size."""

    rate: float
    ssim: float
    bytes: float
    """By those of the reference."""
    per_s: float
    """Frames of a whole film drawn and encoded in a second of CPU."""
    faster: float
    """By that of the reference."""


def measured(
    look: str, size: Size, curves: Curves, ways: Sequence[Way], passes: int
) -> list[tuple[Way, Found]]:
    """Compare ways to encode one look; the first is the reference."""
    drawn = list(islice(_drawn(look, size, curves), curves.n_frames))
    rates, likeness, lengths = {}, {}, {}
    wanted = 0.0
    for way in ways:
        trials = [(18.0, *_tried(way, drawn, 18.0))] if way is ways[0] else [
            (float(rate), *_tried(way, drawn, rate)) for rate in _RATES_OF.get(way.name, _RATES)
        ]  # fmt: skip
        if way is ways[0]:
            wanted = decibels(trials[0][2])
        losses = [decibels(similarity) for _, _, similarity in trials]
        rates[way] = float(np.interp(wanted, losses[::-1], [rate for rate, *_ in trials][::-1]))
        lengths[way], likeness[way] = _tried(way, drawn, rates[way])
    spent: dict[Way, list[float]] = {way: [] for way in ways}
    for _ in range(passes):
        for way in ways:
            begin = time.process_time()
            _encoded(_drawn(look, size, curves), way.encoding(size, rates[way]))
            spent[way].append(time.process_time() - begin)
    base = np.array(spent[ways[0]])
    return [
        (
            way,
            Found(
                rates[way],
                likeness[way],
                lengths[way] / lengths[ways[0]],
                curves.n_frames / float(np.median(spent[way])),
                float(np.median(base / np.array(spent[way]))),
            ),
        )
        for way in ways
    ]


_RATES_OF = {"av1": (10, 18, 28)}
"""Rates tried where a codec's scale is another."""


def _drawn(look: str, size: Size, curves: Curves) -> Iterable[Yuv]:
    return pictures(Request(curves, size, seed=3, look=look))


def _encoded(frames: Iterable[Yuv], encoding: media.Encoding) -> tuple[list[bytes], PictureEncoder]:
    encoder = PictureEncoder(encoding)
    packets = [bytes(packet) for frame in frames for packet in encoder.encode(frame)]
    return packets + [bytes(packet) for packet in encoder.flush()], encoder


def _tried(way: Way, drawn: list[Yuv], rate: float) -> tuple[int, float]:
    """Return the bytes of a film and how like it is to what was drawn."""
    size = drawn[0].size
    encoding = way.encoding(size, rate)
    packets, encoder = _encoded(drawn, encoding)
    name = "libdav1d" if encoding.codec == "libsvtav1" else "h264"
    decoder = av.CodecContext.create(name, "r")
    assert isinstance(decoder, VideoCodecContext)
    decoder.extradata = encoder.extradata
    shown = [frame for packet in packets for frame in decoder.decode(av.Packet(packet))]
    shown += decoder.decode(None)
    pairs = (
        (picture.luma, frame.reformat(format="yuv420p").to_ndarray()[: size.height])
        for picture, frame in list(zip(drawn, shown, strict=True))[::_EVERY]
    )
    return sum(map(len, packets)), mean_ssim(pairs)


def _curves(n_frames: int) -> Curves:
    whole = mapping.apply(
        mapping.load("clavilux"), demo_score(), frame_rate=RATE, n_frames=FIRST_FRAME + n_frames
    )
    return whole.cut(FIRST_FRAME, FIRST_FRAME + n_frames)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.encoders", description=__doc__)
    parser.add_argument("--looks", default="all", help="names with commas, or all")
    parser.add_argument("--sizes", default="256x256", help="such as 1280x720, with commas")
    parser.add_argument("--passes", type=int, default=3, help="by turns")
    add_options(parser)
    return parser.parse_args()


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that only this table has."""
    parser.add_argument("--frames", type=int, default=72)
    parser.add_argument("--all", action="store_true", help="also what was considered besides")
    parser.add_argument("--av1", action="store_true", help="also AV1")


if __name__ == "__main__":
    main()
