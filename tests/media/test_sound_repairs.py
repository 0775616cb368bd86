"""Sound that players play is read, whatever its header got wrong; what is lost is said."""

import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import soundfile

from clavilux import media
from clavilux.core.errors import MediaError
from clavilux.core.values import Sound

RATE = 8000
PCM = bytes.fromhex("0100000000001000800000aa00389b71")
SINE = 0.25 * np.sin(2 * np.pi * 440 * np.arange(RATE // 4) / RATE)


def wav(valid_bits: int, n_bytes: int, *, riff_extra: int = 0, tail: bytes = b"") -> bytes:
    """A WAVE_FORMAT_EXTENSIBLE file whose samples are wider than what is valid in them."""
    whole = np.round(SINE * 2 ** (8 * n_bytes - 1)).astype(np.int64)
    whole &= -(1 << (8 * n_bytes - valid_bits))
    data = b"".join(int(v).to_bytes(n_bytes, "little", signed=True) for v in whole)
    form = struct.pack("<HHIIHHHHI", 0xFFFE, 1, RATE, RATE * n_bytes, n_bytes, 8 * n_bytes, 22,
                       valid_bits, 4) + PCM  # fmt: skip
    chunks = b"fmt " + struct.pack("<I", len(form)) + form
    chunks += b"data" + struct.pack("<I", len(data)) + data + tail
    return b"RIFF" + struct.pack("<I", 4 + len(chunks) + riff_extra) + b"WAVE" + chunks


@pytest.mark.parametrize(("valid", "n_bytes"), [(24, 4), (20, 4), (16, 4), (20, 3), (12, 2)])
def test_fewer_valid_bits_than_the_container_has_are_the_same_sound(
    tmp_path: Path, valid: int, n_bytes: int
) -> None:
    (path := tmp_path / "a.wav").write_bytes(wav(valid, n_bytes))

    sound = media.open_sound(path)

    np.testing.assert_allclose(sound.read()[:, 0], SINE, atol=2.0 ** (1 - valid))
    assert sound.duration_s == pytest.approx(0.25)
    assert media.probe(path).duration_s == pytest.approx(0.25)


@pytest.mark.parametrize("extra", [1, 24, 5000, -3])
@pytest.mark.parametrize("tail", [b"", b"LIST\x10\0\0\0INFO"])
def test_a_wrong_riff_size_or_a_cut_tag_loses_no_sample(
    tmp_path: Path, extra: int, tail: bytes
) -> None:
    (path := tmp_path / "a.wav").write_bytes(wav(16, 2, riff_extra=extra, tail=tail))

    np.testing.assert_allclose(media.open_sound(path).read()[:, 0], SINE, atol=1e-4)


def test_a_wav_without_all_its_samples_is_still_cut_short(tmp_path: Path) -> None:
    (path := tmp_path / "a.wav").write_bytes(wav(16, 2)[:-500])

    with pytest.raises(MediaError, match="cut short"):
        media.open_sound(path)


@pytest.mark.parametrize("share", [0.3, 0.67, 0.95])
def test_a_cut_mp3_is_read_with_a_warning(tmp_path: Path, share: float) -> None:
    wave = np.random.default_rng(0).normal(0, 0.1, (44_100 * 4, 2)).astype(np.float32)
    media.write_sound(Sound.from_array(wave, 44_100), tmp_path / "a.mp3")
    content = (tmp_path / "a.mp3").read_bytes()
    (part := tmp_path / "part.mp3").write_bytes(content[: int(share * len(content))])

    with pytest.warns(UserWarning, match="shorter than its header says"):
        seconds = media.length_s(media.open_sound(part))

    assert seconds == pytest.approx(4 * share, abs=0.1)


def chain(folder: Path, parts: Sequence[tuple[int, int, float]], suffix: str) -> Path:
    """Join Ogg files of (rate, channels, seconds); each is a tone of 440 Hz."""
    content = b""
    for i, (rate, n_channels, seconds) in enumerate(parts):
        tone = 0.3 * np.sin(2 * np.pi * 440 * np.arange(round(seconds * rate)) / rate)
        wave = np.repeat(tone[:, None], n_channels, axis=1).astype(np.float32)
        media.write_sound(Sound.from_array(wave, rate), folder / f"{i}{suffix}")
        content += (folder / f"{i}{suffix}").read_bytes()
    (path := folder / f"chain{suffix}").write_bytes(content)
    return path


@pytest.mark.parametrize("suffix", [".ogg", ".opus"])
@pytest.mark.parametrize(
    "parts",
    [
        [(48_000, 2, 1.0), (24_000, 2, 0.7)],
        [(24_000, 1, 0.5), (48_000, 2, 0.5), (12_000, 1, 0.5)],
        [(48_000, 2, 0.4)] * 3,
    ],
)
def test_a_chain_of_recordings_is_one_sound_at_the_rate_of_the_first(
    tmp_path: Path, parts: list[tuple[int, int, float]], suffix: str
) -> None:
    sound = media.open_sound(chain(tmp_path, parts, suffix))

    wave = sound.read()
    crossings = np.count_nonzero(np.diff(wave[:, 0] > 0)) / 2
    seconds = sum(part[2] for part in parts)
    assert len(wave) / sound.sample_rate == pytest.approx(
        seconds, abs=0.02
    )  # Vorbis ends on a block
    assert crossings / seconds == pytest.approx(440, rel=0.02)


def test_the_reported_files_are_read(shared: Path) -> None:
    folder = shared / "cases/8_sound"
    theirs, _ = soundfile.read(folder / "valid24_in_32.wav")

    np.testing.assert_array_equal(
        media.open_sound(folder / "valid24_in_32.wav").read()[:, 0], theirs.astype(np.float32)
    )
    assert media.length_s(media.open_sound(folder / "chained_other_rate.ogg")) > 0.59
    with pytest.warns(UserWarning, match="4658 of 6988 bytes"):
        assert media.length_s(media.open_sound(folder / "stale_xing_cut.mp3")) > 3.9
