"""GIF: pictures in at most 256 colours, all from one palette.

The palette is chosen from the whole film, so that colours don't flicker; the
pictures are therefore kept on disk, lossless, until the last has come. Times
are hundredths of a second; above 50 pictures a second viewers slow a GIF down,
so that pictures are left out instead. A GIF repeats for ever and is silent.

Source:
    The palettegen and paletteuse filters of libavfilter; Sierra's small error
    diffusion, which measured best after the eye's blur.
"""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import av.error
import av.filter
from av.codec.context import CodecContext
from av.video.codeccontext import VideoCodecContext
from av.video.format import VideoFormat
from av.video.frame import VideoFrame

from clavilux.core.errors import MediaError
from clavilux.core.files import remove
from clavilux.media.encoding import Encoding, VideoPacket
from clavilux.media.segment_file import SegmentFile, read_packets

_MAX_RATE = 50
_TICK = Fraction(1, 100)


class GifOutput:
    """A GIF being put together."""

    def __init__(self, path: Path, encoding: Encoding) -> None:
        self._path, self._encoding = path, encoding
        self._spool = path.with_suffix(".spool")
        self._file = SegmentFile(self._spool, encoding)

    def add(self, packet: VideoPacket) -> None:
        """Keep the next picture."""
        self._file.add(packet)

    def advance_sound(self, n_frames: int) -> None:
        """Take no sound: a GIF holds none."""

    def finish(self, n_frames: int) -> None:
        """Choose the palette and write the film."""
        if n_frames == 0:
            raise MediaError("there is no picture to make a film of; expected one or more")
        self._file.finish(n_frames)
        palette = self._palette()
        last = max(2, round(1 / self._encoding.frame_rate / _TICK))
        options = {"loop": "0", "final_delay": str(last)}
        with av.open(str(self._path), "w", format="gif", container_options=options) as out:
            stream = out.add_stream("gif", rate=100)
            stream.width, stream.height = self._encoding.size
            stream.pix_fmt = "pal8"
            stream.codec_context.time_base = stream.time_base = _TICK
            for frame in self._painted(palette):
                out.mux(stream.encode(frame))
            out.mux(stream.encode(None))

    def close(self) -> None:
        """Close the pictures kept."""
        self._file.close()
        remove(self._spool)

    def _palette(self) -> VideoFrame:
        graph = av.filter.Graph()
        source = self._source(graph)
        chooser = graph.add("palettegen", "stats_mode=full:reserve_transparent=0")
        sink = graph.add("buffersink")
        source.link_to(chooser)
        chooser.link_to(sink)
        graph.configure()
        for frame in self._frames():
            source.push(frame)
        source.push(None)
        palette = sink.pull()
        assert isinstance(palette, VideoFrame)
        return palette

    def _painted(self, palette: VideoFrame) -> Iterator[VideoFrame]:
        graph = av.filter.Graph()
        source = self._source(graph)
        colours = graph.add_buffer(
            width=palette.width, height=palette.height, format=palette.format, time_base=_TICK
        )
        painter = graph.add("paletteuse", "dither=sierra2_4a:diff_mode=rectangle")
        sink = graph.add("buffersink")
        source.link_to(painter, 0, 0)
        colours.link_to(painter, 0, 1)
        painter.link_to(sink)
        graph.configure()
        palette.pts, palette.time_base = 0, _TICK
        colours.push(palette)
        colours.push(None)
        for frame in self._frames():
            source.push(frame)
            yield from _pulled(sink)
        source.push(None)
        yield from _pulled(sink)

    def _source(self, graph: av.filter.Graph) -> av.filter.context.FilterContext:
        width, height = self._encoding.size
        return graph.add_buffer(
            width=width, height=height, format=VideoFormat("bgr0"), time_base=_TICK
        )

    def _frames(self) -> Iterator[VideoFrame]:
        """Decode the pictures kept, at GIF's times; those no viewer would show are left out."""
        rate = self._encoding.frame_rate
        decoder = CodecContext.create("ffv1", "r")
        assert isinstance(decoder, VideoCodecContext)
        decoder.width, decoder.height = self._encoding.size
        shown = -2
        for index, packet in enumerate(read_packets(self._spool, 1 / rate)):
            tick = round(Fraction(index) / rate / _TICK)
            for frame in decoder.decode(packet):
                if tick - shown >= 2:
                    shown = tick
                    frame.pts, frame.time_base = tick, _TICK
                    yield frame


def _pulled(sink: av.filter.context.FilterContext) -> Iterator[VideoFrame]:
    while True:
        try:
            frame = sink.pull()
        except (av.error.BlockingIOError, av.error.EOFError):
            return
        assert isinstance(frame, VideoFrame)
        yield frame
