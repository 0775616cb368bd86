"""Full disks, hostile files and long films: an error or an answer, in bounded time and memory."""

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from media_samples import RATE, SIZE, click, picture

from clavilux import media
from clavilux.core.errors import ClaviluxError, OutputError

TARGETS = [".mp4", ".mkv", ".mov", ".webm", ".gif", "", ".wav", ".flac", ".mp3", ".ogg", ".m4a"]

FULL_DISK = """
import resource, sys
from fractions import Fraction
from pathlib import Path
import numpy as np
from clavilux import media
from clavilux.core.errors import OutputError
from clavilux.core.values import Size, Sound

noise = np.random.default_rng(1)
pictures = [noise.integers(0, 255, (64, 64, 3), dtype=np.uint8) for _ in range(40)]
sound = Sound.from_array(noise.normal(0, 0.2, (88200, 2)).astype(np.float32), 44100)
resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))
folder = Path(sys.argv[1])
for suffix in sys.argv[2:]:
    target = folder / f"out{suffix}"
    try:
        if suffix in media.SOUND_SUFFIXES:
            media.write_sound(sound, target)
        else:
            media.write_film(pictures, target, frame_rate=Fraction(25), size=Size(64, 64),
                             sound=sound)
    except OutputError as error:
        assert str(error).startswith(f"cannot write {target}: "), error
        print("refused", suffix)
try:
    with media.SegmentWriter(folder / "a.seg", target="f.mp4", frame_rate=Fraction(25),
                             size=Size(64, 64)) as segment:
        for picture in pictures:
            segment.write(picture)
except OutputError as error:
    print("refused segment")
"""


def test_when_no_more_can_be_written_every_writer_says_so_and_leaves_nothing(
    tmp_path: Path,
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(tmp_path), *TARGETS],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("refused") == len(TARGETS) + 1
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_a_file_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(OutputError, match=r"cannot write .*"):
        media.write_film([picture(0)], tmp_path / "file/f.mp4", frame_rate=RATE, size=SIZE)


@pytest.fixture(scope="module")
def victims(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("victims")
    paths = [folder / f"v{suffix}" for suffix in (".mp4", ".mkv", ".webm", ".gif")]
    for path in paths:
        frames = (picture(i) for i in range(20))
        media.write_film(frames, path, frame_rate=RATE, size=SIZE, sound=click(0.2, 1.0))
    for suffix in (".wav", ".flac", ".mp3", ".ogg", ".m4a"):
        paths.append(folder / f"s{suffix}")
        media.write_sound(click(0.2, 1.0), paths[-1])
    return paths


def mutated(content: bytes, chance: random.Random) -> bytes:
    """Cut, flip, or put the largest numbers where sizes may stand."""
    data = bytearray(content)
    match chance.randrange(3):
        case 0:
            return bytes(data[: chance.randrange(len(data))])
        case 1:
            for _ in range(chance.choice((1, 10, 100))):
                data[chance.randrange(len(data))] = chance.randrange(256)
        case _:
            for _ in range(chance.choice((1, 3, 10))):
                at = chance.randrange(min(len(data), 3000))
                data[at : at + 4] = chance.choice((b"\xff" * 4, b"\x7f\xff\xff\xff", bytes(4)))
    return bytes(data)


def complaint(path: Path) -> str:
    """Read all a file gives; return the message if that is refused, else nothing."""
    try:
        read_all(path)
    except ClaviluxError as error:
        return str(error)
    return ""


def read_all(path: Path) -> None:
    """Read whatever a file gives."""
    info = media.probe(path)
    if info.has_film:
        for _ in media.open_film(path, pixels="luma", size=32, threads=1):
            pass
    if info.has_sound:
        for _ in media.open_sound(path):
            pass


def hurt(victims: list[Path], folder: Path, n: int, seed: int) -> None:
    """Read `n` mutated files; nothing but our own errors may come out, and soon."""
    chance = random.Random(seed)
    for _ in range(n):
        victim = chance.choice(victims)
        path = folder / f"hurt{victim.suffix}"
        path.write_bytes(mutated(victim.read_bytes(), chance))
        start = time.process_time()
        assert "\n" not in complaint(path)
        assert time.process_time() - start < 5


def test_mutated_files_give_an_answer_or_one_clear_line(
    victims: list[Path], tmp_path: Path
) -> None:
    hurt(victims, tmp_path, 150, seed=3)


@pytest.mark.slow
def test_many_mutated_files_give_an_answer_or_one_clear_line(
    victims: list[Path], tmp_path: Path
) -> None:
    share = float(os.environ.get("CLAVILUX_FUZZ_SHARE", "1"))
    hurt(victims, tmp_path, round(5000 * share), seed=4)


MEMORY = """
import json, resource, sys
from fractions import Fraction
from pathlib import Path
import numpy as np
from clavilux import media
from clavilux.core.values import Size, Sound, Yuv

n_frames, folder = int(sys.argv[1]), Path(sys.argv[2])
size, rate = Size(128, 128), Fraction(24)
planes = np.full((192, 128), 128, np.uint8)

def pictures():
    for index in range(n_frames):
        planes[:128] = index % 200
        yield Yuv(planes)

def blocks():
    for _ in range(n_frames):
        yield np.zeros((2000, 2), np.float32)

sound = Sound(48000, 2, None, blocks)
target = folder / "f.mp4"
media.write_film(pictures(), target, frame_rate=rate, size=size, sound=sound, preset="ultrafast")
film = media.open_film(target, threads=1)
assert sum(1 for _ in film) == n_frames
heard = media.mix([(media.resample(media.open_sound(target), 22050), 0.5)])
media.write_sound(heard, folder / "f.ogg")
print(json.dumps(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss))
"""


def peak_memory(n_frames: int, folder: Path) -> int:
    """Return the peak memory of writing and reading a film of so many frames, in KiB."""
    done = subprocess.run(
        [sys.executable, "-c", MEMORY, str(n_frames), str(folder)],
        capture_output=True,
        text=True,
        check=True,
    )
    return int(json.loads(done.stdout))


@pytest.mark.slow
def test_a_film_ten_times_as_long_takes_no_more_memory(tmp_path: Path) -> None:
    assert peak_memory(1000, tmp_path) < 1.1 * peak_memory(100, tmp_path)
