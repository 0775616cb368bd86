"""Five hundred spoilt films and sounds: an answer or a clear refusal, in bounded time."""

import datetime
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from made_films import make_film
from media_samples import click, picture

from clavilux import media
from clavilux.core.values import Size

N_INPUTS = 500
LIMIT_S = 10
"""CPU seconds an input may take; asserted at three times that, for slow machines."""
SHARE = float(os.environ.get("CLAVILUX_FUZZ_SHARE", "1"))
"""The part of the inputs that is tried; less than all of them are chosen by the day."""

READ = """
import resource, sys, warnings
from pathlib import Path
from clavilux import media
from clavilux.core.errors import ClaviluxError
from clavilux.media.rescore import rescore
import numpy as np
from clavilux.core.values import Sound

warnings.simplefilter("ignore")
silence = Sound.from_array(np.zeros((4410, 1), np.float32), 44100)

def film(path):
    for _, frame in zip(range(200), media.open_film(path, pixels="luma", size=64)):
        pass

def sound(path):
    for _, block in zip(range(2000), media.open_sound(path)):
        pass

def scored(path):
    media.open_film(path)
    rescore(path, silence, path.with_name("scored.mp4"), duration_s=0.1)

for name in sys.stdin.read().splitlines():
    path = Path(name)
    before = resource.getrusage(resource.RUSAGE_SELF)
    for read in (media.probe, film, sound, scored):
        try:
            read(path)
        except ClaviluxError as error:
            if chr(10) in str(error):
                print(f"WRONG {path.name} {read.__name__}: more than a line: {error!r}", flush=True)
        except BaseException as error:
            print(f"WRONG {path.name} {read.__name__}: {error!r}", flush=True)
    after = resource.getrusage(resource.RUSAGE_SELF)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"done {used:.2f} {path.name}", flush=True)
"""


def victims(folder: Path) -> list[Path]:
    """Make a small film or sound in each container."""
    films = {
        "v.mp4": ("libx264", ("aac",)),
        "v.mov": ("mpeg4", ("pcm_s16le",)),
        "v.mkv": ("libx264", ("libopus",)),
        "v.webm": ("libvpx", ("libopus",)),
        "v.avi": ("mpeg4", ("libmp3lame",)),
        "v.ts": ("libx264", ("aac",)),
        "v.flv": ("flv", ("libmp3lame",)),
        "v.mpg": ("mpeg1video", ("mp2",)),
        "v.vob": ("mpeg2video", ("ac3",)),
        "v.mxf": ("mpeg2video", ()),
        "v.asf": ("wmv2", ()),
        "v.nut": ("ffv1", ()),
        "v.h264": ("libx264", ()),
    }
    made = [
        make_film(folder / name, codec, n_frames=8, sounds=sounds)
        for name, (codec, sounds) in films.items()
    ]
    made.append(make_film(folder / "v.gif", "gif", rate=10, n_frames=6, pixel_format="rgb8"))
    for suffix in (".wav", ".flac", ".mp3", ".ogg", ".opus", ".m4a"):
        media.write_sound(click(0.1, 0.4), folder / f"s{suffix}")
        made.append(folder / f"s{suffix}")
    media.write_film([picture(0)], folder / "one.mp4", frame_rate=25, size=Size(96, 64))
    return [*made, folder / "one.mp4"]


def spoilt(content: bytes, chance: random.Random) -> bytes:
    """Change bytes, cut, repeat, swap or lengthen; the head is hit as often as the rest."""
    data = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 5, 20))):
        end = len(data) if chance.random() < 0.5 else min(len(data), 600)
        at = chance.randrange(max(1, end))
        match chance.randrange(7):
            case 0:
                data[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                data[at : at + 4] = chance.choice(
                    (b"\xff\xff\xff\xff", bytes(4), b"\x7f\xff\xff\xff")
                )
            case 2:
                del data[max(16, at) :]
            case 3:
                data[at:at] = data[at : at + chance.randrange(400)]
            case 4:
                del data[at : at + chance.randrange(1, 60)]
            case 5:
                data[at : at + 8] = chance.randbytes(8)
            case _:
                other = chance.randrange(max(1, len(data)))
                data[at : at + 32], data[other : other + 32] = (
                    data[other : other + 32],
                    data[at : at + 32],
                )
    return bytes(data)


@pytest.mark.slow
def test_spoilt_films_and_sounds_are_answered_in_one_line_and_in_time(tmp_path: Path) -> None:
    (tmp_path / "whole").mkdir()
    whole = victims(tmp_path / "whole")
    numbers = list(range(N_INPUTS))
    if SHARE < 1:
        day = random.Random(datetime.date.today().toordinal())
        numbers = sorted(day.sample(numbers, max(1, round(N_INPUTS * SHARE))))
    left = []
    for number in numbers:
        chance, victim = random.Random(number), whole[number % len(whole)]
        path = tmp_path / f"{number}{victim.suffix}"
        path.write_bytes(spoilt(victim.read_bytes(), chance))
        left.append(path)
    said: list[str] = []
    while left:  # a crash of libav's ends a child: the next goes on behind the input that caused it
        limit_s = 3 * LIMIT_S * len(left)
        child = subprocess.run(
            [sys.executable, "-c", READ],
            input="\n".join(map(str, left)),
            capture_output=True,
            text=True,
            check=False,
            timeout=limit_s,
        )
        lines = child.stdout.splitlines()
        said += [line for line in lines if line.startswith("WRONG")]
        slow = [line for line in lines if line.startswith("done")]
        said += [line for line in slow if float(line.split()[1]) > 3 * LIMIT_S]
        if child.returncode == 0 and len(slow) == len(left):
            break
        said.append(f"{left[len(slow)].name} ended the process: {child.returncode}")
        left = left[len(slow) + 1 :]
    assert said == []
