"""Sound is read and written in every format without lag, and streamed in blocks."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile
from media_samples import SIZE, click, loudest_s, picture
from numpy.typing import NDArray

from clavilux import media
from clavilux.core.errors import MediaError
from clavilux.core.values import Sound

FORMATS = [".wav", ".flac", ".mp3", ".ogg", ".opus", ".m4a"]


def chirp(duration_s: float, sample_rate: int = 44100) -> NDArray[np.float32]:
    """Make a stereo sweep from 100 Hz to 4 kHz."""
    t = np.arange(round(duration_s * sample_rate)) / sample_rate
    phase = 2 * np.pi * (100 * t + (4000 - 100) / (2 * duration_s) * t**2)
    return (0.5 * np.stack([np.sin(phase), np.cos(phase)], axis=1)).astype(np.float32)


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_click_comes_back_within_a_millisecond_and_no_sample_is_lost(
    tmp_path: Path, suffix: str
) -> None:
    path = tmp_path / f"click{suffix}"
    media.write_sound(click(0.75, 2.0), path)
    heard = media.open_sound(path)
    assert loudest_s(heard) == pytest.approx(0.75, abs=0.001)
    assert len(heard.read()) / heard.sample_rate == pytest.approx(2.0, abs=0.0001)


@pytest.mark.parametrize(
    ("suffix", "least_db"),
    [(".wav", 85), (".flac", 85), (".mp3", 25), (".ogg", 18), (".opus", 10), (".m4a", 22)],
)
def test_a_sweep_comes_back_as_true_as_its_codec_allows(
    tmp_path: Path, suffix: str, least_db: float
) -> None:
    wave = chirp(2.0)
    path = tmp_path / f"sweep{suffix}"
    media.write_sound(Sound.from_array(wave, 44100), path)
    back = media.open_sound(path, sample_rate=44100).read()[: len(wave)]
    noise = float(np.mean((back - wave[: len(back)]) ** 2))
    assert 10 * np.log10(np.mean(wave**2) / noise) > least_db


@pytest.mark.parametrize(("depth", "least_db"), [(16, 85), (24, 130), (32, 300)])
def test_wav_holds_as_many_bits_as_asked(tmp_path: Path, depth: int, least_db: float) -> None:
    wave = chirp(0.5)
    media.write_sound(Sound.from_array(wave, 44100), tmp_path / "a.wav", bit_depth=depth)  # type: ignore[arg-type]
    theirs, _ = soundfile.read(tmp_path / "a.wav", dtype="float64")
    noise = float(np.mean((theirs - wave) ** 2)) + 1e-40
    assert 10 * np.log10(np.mean(wave.astype(float) ** 2) / noise) > least_db


@pytest.mark.parametrize("suffix", FORMATS)
def test_the_same_sound_has_the_same_bytes(tmp_path: Path, suffix: str) -> None:
    for name in ("a", "b"):
        media.write_sound(click(0.2, 1.0), tmp_path / f"{name}{suffix}")
    assert (tmp_path / f"a{suffix}").read_bytes() == (tmp_path / f"b{suffix}").read_bytes()


def test_vorbis_renumbered_is_still_vorbis_to_others(tmp_path: Path) -> None:
    media.write_sound(Sound.from_array(chirp(3.0), 44100), tmp_path / "a.ogg")
    theirs, rate = soundfile.read(tmp_path / "a.ogg")
    assert (len(theirs), rate) == (3 * 44100, 44100)


def test_louder_than_full_scale_is_clipped(tmp_path: Path) -> None:
    loud = Sound.from_array(np.full(1000, 3.0, np.float32), 8000)
    media.write_sound(loud, tmp_path / "a.wav")
    assert np.abs(media.open_sound(tmp_path / "a.wav").read()).max() <= 1.0


@pytest.mark.parametrize("name", ["a.mp4", "a.aac", "a", "a.mid"])
def test_names_that_no_sound_can_have_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(MediaError, match="cannot write sound as"):
        media.write_sound(click(0.1, 0.2), tmp_path / name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_sound_without_samples_is_refused(tmp_path: Path, suffix: str) -> None:
    with pytest.raises(MediaError, match="there is no sound to write"):
        media.write_sound(
            Sound.from_array(np.zeros((0, 2), np.float32), 44100), tmp_path / f"a{suffix}"
        )
    assert list(tmp_path.iterdir()) == []


def test_more_channels_than_a_codec_has_are_refused(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="6 channels; libmp3lame holds at most 2"):
        media.write_sound(click(0.1, 0.2, channels=6), tmp_path / "a.mp3")


@pytest.mark.parametrize("suffix", [".wav", ".ogg", ".mp3"])
@pytest.mark.parametrize("rate", [8000, 22050, 48000, 96000])
def test_every_sample_rate_can_be_written(tmp_path: Path, suffix: str, rate: int) -> None:
    media.write_sound(click(0.3, 0.6, sample_rate=rate), tmp_path / f"a{suffix}")
    assert loudest_s(media.open_sound(tmp_path / f"a{suffix}")) == pytest.approx(0.3, abs=0.001)


@pytest.mark.parametrize(
    ("name", "seconds"),
    [
        ("basicpitch_vocadito_10.wav", 401214 / 44100),
        ("demucs_test.mp3", 20.0),
        ("librosa_snare-accelerate.ogg", 30.0),
    ],
)
def test_real_sounds_are_read_as_libsndfile_reads_them(
    shared: Path, name: str, seconds: float
) -> None:
    path = shared / "samples/audio" / name
    theirs, rate = soundfile.read(path, always_2d=True)
    ours = media.open_sound(path)
    wave = ours.read()
    assert ours.sample_rate == rate
    assert len(wave) / rate == pytest.approx(seconds, abs=0.001)
    n = min(len(wave), len(theirs))
    assert np.corrcoef(wave[:n, 0], theirs[:n, 0])[0, 1] > 0.999


def test_the_sound_of_a_film_lines_up_with_pictures_that_start_late(tmp_path: Path) -> None:
    path = tmp_path / "late.mkv"
    beep = click(1.5, 3.0, sample_rate=48000)
    with av.open(str(path), "w") as out:
        film = out.add_stream("libx264", rate=25, options={"bf": "0"})
        film.width, film.height = SIZE
        sound = out.add_stream("pcm_s16le", rate=48000)
        samples = (beep.read()[:, :1] * 32767).astype(np.int16).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = 48000, 0, Fraction(1, 48000)
        sound.codec_context.layout = "mono"
        out.mux(sound.encode(frame))
        for index in range(40):
            shown = av.VideoFrame.from_ndarray(picture(index), format="rgb24")
            shown.pts, shown.time_base = index + 25, Fraction(1, 25)  # from second 1 on
            out.mux(film.encode(shown))
        out.mux(film.encode(None))
    opened = media.open_film(path)
    assert opened.sound is not None
    assert loudest_s(opened.sound) == pytest.approx(0.5, abs=0.001)


def test_resampling_keeps_length_and_place() -> None:
    for old, new in [(44100, 48000), (48000, 22050), (44100, 44100), (8000, 44100)]:
        sound = media.resample(click(0.5, 1.3, sample_rate=old), new)
        wave = sound.read()
        assert len(wave) == sound.n_samples == round(1.3 * new)
        assert loudest_s(sound) == pytest.approx(0.5, abs=0.0003)


def test_cutting_keeps_what_was_asked() -> None:
    ramp = Sound.from_array(np.arange(200_000, dtype=np.float32), 1000)
    for start, length in [(0.0, None), (70.0, 50.0), (199.0, 9.0), (300.0, 1.0), (66.0, 0.0)]:
        part = media.cut(ramp, start, length)
        end = None if length is None else round((start + length) * 1000)
        expected = ramp.read()[round(start * 1000) : end]
        assert np.array_equal(part.read(), expected)
        assert part.n_samples == len(expected)


def test_fitting_cuts_or_fills_with_silence() -> None:
    ones = Sound.from_array(np.ones(1000, np.float32), 1000)
    assert media.fit(ones, 300).read().sum() == 300
    assert len(media.fit(ones, 100_000).read()) == 100_000
    assert media.fit(ones, 100_000).read().sum() == 1000


def test_mixing_adds_sounds_of_different_kinds() -> None:
    long = Sound.from_array(np.full((3000, 2), 0.25, np.float32), 1000)
    short = Sound.from_array(np.full(1000, 0.5, np.float32), 500)
    mixed = media.mix([(long, 2.0), (short, 0.5)])
    wave = mixed.read()
    assert (mixed.sample_rate, mixed.n_channels, mixed.n_samples) == (1000, 2, 3000)
    assert wave[1000] == pytest.approx([0.75, 0.75], abs=0.01)
    assert wave[2900] == pytest.approx([0.5, 0.5], abs=0.01)
    with pytest.raises(ValueError, match="nothing to mix"):
        media.mix([])


def test_reading_in_pieces_gives_all_there_is() -> None:
    def uneven() -> Iterator[NDArray[np.float32]]:
        for length in (1, 700, 3, 64, 999):
            yield np.full((length, 1), length, np.float32)

    sound = Sound(1000, 1, None, uneven)
    reader = media.BlockReader(sound)
    pieces = []
    while len(piece := reader.read(100)):
        pieces.append(piece)
    assert {len(piece) for piece in pieces[:-1]} == {100}
    assert np.array_equal(np.concatenate(pieces), sound.read())


def test_mono_and_another_rate_can_be_had_at_once(tmp_path: Path) -> None:
    media.write_sound(click(0.5, 1.0), tmp_path / "a.wav")
    sound = media.open_sound(tmp_path / "a.wav", sample_rate=16000, mono=True)
    assert sound.read().shape == (16000, 1)


@pytest.mark.parametrize(
    ("codec", "name", "layout"),
    [
        ("aac", "a.m4a", "7.1"),
        ("libopus", "a.opus", "7.1"),
        ("wavpack", "a.wv", "7.1"),
        ("wavpack", "c.wv", "hexadecagonal"),
        ("wavpack", "b.wv", "22.2"),
        ("pcm_s16le", "a.mkv", "22.2"),
    ],
)
def test_sound_of_many_channels_keeps_each(
    tmp_path: Path, codec: str, name: str, layout: str
) -> None:
    channels = av.AudioLayout(layout).nb_channels
    steps = np.linspace(-0.4, 0.4, channels, dtype=np.float32)
    tone = np.sin(2 * np.pi * 220 * np.arange(2400) / 48000).astype(np.float32)
    with av.open(str(tmp_path / name), "w") as out:
        stream = out.add_stream(codec, rate=48000, layout=layout)
        packed = (tone[:, None] * steps).astype(np.float32).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(packed, format="flt", layout=layout)
        frame.sample_rate = 48000
        out.mux(stream.encode(frame))
        out.mux(stream.encode(None))

    heard = np.concatenate(list(media.open_sound(tmp_path / name)))

    assert heard.shape[1] == channels
    loudest = heard[:, np.argmax(np.abs(steps))]
    gains = heard.T @ loudest / (loudest @ loudest)
    np.testing.assert_allclose(gains, steps / steps[np.argmax(np.abs(steps))], atol=0.03)


def test_sound_that_ends_before_the_first_picture_is_silence(tmp_path: Path) -> None:
    path = tmp_path / "late.ts"
    with av.open(str(path), "w") as out:
        film, track = out.add_stream("mpeg2video", rate=25), out.add_stream("mp2", rate=48000)
        film.width, film.height, film.pix_fmt = *SIZE, "yuv420p"
        silence = np.zeros((1, 1152 * 2), np.int16)
        for i in range(20):
            frame = av.AudioFrame.from_ndarray(silence, format="s16", layout="stereo")
            frame.sample_rate, frame.pts = 48000, i * 1152
            out.mux(track.encode(frame))
        for i in range(5):
            shown = av.VideoFrame.from_ndarray(picture(i), format="rgb24")
            shown.pts = 50 + i
            out.mux(film.encode(shown))
        out.mux([*track.encode(None), *film.encode(None)])

    opened = media.open_film(path)

    assert opened.sound is not None
    assert len(list(opened)) == 5
    assert len(opened.sound.read()) == 0
