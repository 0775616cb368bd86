"""Sound tracks: encoding a sound into a container, in step with its pictures."""

from collections.abc import Callable, Sequence
from fractions import Fraction

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import OutputContainer
from numpy.typing import NDArray

from clavilux.core.errors import MediaError
from clavilux.core.values import Sound
from clavilux.media.packet_spool import SoundPacket
from clavilux.media.waveforms import BlockReader, resample

_RATES: dict[str, tuple[int, ...]] = {
    "libopus": (8000, 12000, 16000, 24000, 48000),
    "libmp3lame": (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000),
    "aac": (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 64000, 88200, 96000),
}
"""Sample rates that a codec knows; the others take any."""
_MAX_CHANNELS = {"libmp3lame": 2}
_BIT_RATE = {"libopus": 160_000, "aac": 192_000, "libmp3lame": 256_000}
_SAMPLE_FORMAT = {"flac": "s16", "libopus": "flt", "libmp3lame": "fltp", "aac": "fltp"}
_LAYOUTS = {1: "mono", 2: "stereo", 3: "2.1", 4: "quad", 5: "5.0", 6: "5.1", 7: "6.1", 8: "7.1"}
_BLOCK = 1 << 14


class SoundTrack:
    """One sound stream of a file being written."""

    def __init__(
        self,
        container: OutputContainer,
        sound: Sound,
        codec: str,
        *,
        sample_format: str | None = None,
        sink: Callable[[Sequence[SoundPacket]], None] | None = None,
    ) -> None:
        """Add a stream for `sound` to `container`.

        Args:
            container: Where the sound is to be.
            sound: What is heard.
            codec: As libav calls it.
            sample_format: As libav calls it; None for what the codec takes best.
            sink: What takes the packets; None for the container itself.

        Raises:
            MediaError: The codec cannot hold so many channels.
        """
        most = _MAX_CHANNELS.get(codec, max(_LAYOUTS))
        if sound.n_channels > most:
            raise MediaError(
                f"the sound has {sound.n_channels} channels; {codec} holds at most {most}: "
                "mix it down, or write wav"
            )
        self.sample_rate = coded_rate(codec, sound.sample_rate)
        self._sink = sink or container.mux
        self._n_channels = sound.n_channels
        self._reader = BlockReader(resample(sound, self.sample_rate))
        self._layout = _LAYOUTS[sound.n_channels]
        self._position = 0
        stream = container.add_stream(codec, rate=self.sample_rate)
        assert isinstance(stream, AudioStream)
        stream.codec_context.layout = self._layout
        form = sample_format or _SAMPLE_FORMAT.get(codec)
        if form is not None:
            stream.codec_context.format = form
        if codec in _BIT_RATE:
            # Low sample rates hold less, and codecs refuse to spend more on them.
            most_bits = 4 * self.sample_rate * sound.n_channels // 2
            stream.codec_context.bit_rate = min(_BIT_RATE[codec] * sound.n_channels // 2, most_bits)
        stream.codec_context.time_base = Fraction(1, self.sample_rate)
        self._stream = stream

    def advance(self, until_s: Fraction) -> None:
        """Encode up to an instant: what is over waits, what is missing is silence."""
        end = round(until_s * self.sample_rate)
        while self._position < end:
            wanted = min(_BLOCK, end - self._position)
            block = self._reader.read(wanted)
            if len(block) < wanted:
                silence = np.zeros((wanted - len(block), self._n_channels), np.float32)
                block = np.concatenate([block, silence])
            self._encode(block)

    def drain(self) -> int:
        """Encode all there is and end the track; gives its length in samples."""
        while len(block := self._reader.read(_BLOCK)):
            self._encode(block)
        self.finish()
        return self._position

    def finish(self) -> None:
        """End the track where it is."""
        self._sink(self._stream.encode(None))

    def _encode(self, block: NDArray[np.float32]) -> None:
        packed = np.clip(np.ascontiguousarray(block, dtype=np.float32), -1.0, 1.0).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(packed, format="flt", layout=self._layout)
        frame.sample_rate = self.sample_rate
        frame.time_base = Fraction(1, self.sample_rate)
        frame.pts = self._position
        self._position += len(block)
        self._sink(self._stream.encode(frame))


def coded_rate(codec: str, sample_rate: int) -> int:
    """Return the lowest rate a codec knows that loses nothing, or its highest."""
    rates = _RATES.get(codec)
    if rates is None:
        return sample_rate
    return next((rate for rate in rates if rate >= sample_rate), rates[-1])
