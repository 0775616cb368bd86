"""Songs in words: how fast, how pitched, how varied; and whether words change the film.

1. `speed`: a three-minute song of the pile described, on one core, as a share of its length.
2. `pitched`: windows of lone instruments that are called pitched: drums and percussion beside
   the others. The threshold, `listen.windows.PITCHED`, was chosen on these files.
3. `grammar`: ten thousand random tuples in the poetic voice: how many patterns and texts are
   distinct; ``--texts FILE`` writes them as JSON, for a grammar checker.
4. `swap`: the film of one song under two stories: mean difference of pixels and of each
   second's mean colour, beside the same story told with another seed of the film; and how near the
   film's hue is to the story's, beside the stories exchanged.

5. `gallery`, only if named: the pictures of docs/describe.md, of our own demonstration piece.

    python -m benchmarks.describe
    python -m benchmarks.describe --part swap

Data: ``../shared/samples``, ``../shared/songs``. Nothing here is trained.
"""

import argparse
import json
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np
import soundfile
from numpy.typing import NDArray
from PIL import Image

from clavilux import media
from clavilux import score as scores
from clavilux.compose.demo import demo_score
from clavilux.core.colour import oklch_from_srgb, srgb_from_yuv
from clavilux.core.values import Picture
from clavilux.listen.measure import measure
from clavilux.listen.windows import of_measures
from clavilux.narrate import abstractions, colours, poetic
from clavilux.narrate.content import Content
from clavilux.narrate.story import Heading, Span, Story
from clavilux.narrate.telling import Teller

SHARED = Path(__file__).resolve().parents[2] / "shared"
PARTS = ("speed", "pitched", "grammar", "swap")
GALLERY = Path(__file__).resolve().parents[1] / "docs" / "gallery"
_N_TUPLES = 10_000
_SONG = SHARED / "samples" / "audio" / "demucs_test.mp3"
_SONG_S = 180.0


def main() -> None:
    """Print the parts asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--part", choices=(*PARTS, "gallery"))
    parser.add_argument("--texts", type=Path, help="where to write the sentences, as JSON")
    given = parser.parse_args()
    for part in PARTS if given.part is None else (given.part,):
        if part == "speed":
            _speed()
        elif part == "pitched":
            _pitched()
        elif part == "grammar":
            _grammar(given.texts)
        elif part == "gallery":
            _gallery()
        else:
            _swap()


def _speed() -> None:
    from clavilux.pipelines.describe import describe

    songs = sorted((SHARED / "songs").glob("*.ogg"))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        joined, length_s = [], 0.0
        for path in songs:  # excerpts of 52 s at most: several make a song of three minutes
            waveform, rate = soundfile.read(path, dtype="float32", always_2d=True)
            if rate == 44_100 and waveform.shape[1] == 2 and length_s < _SONG_S:
                joined.append(waveform)
                length_s += len(waveform) / rate
        soundfile.write(folder / "song.wav", np.concatenate(joined), 44_100)
        describe(_SONG, folder / "warm.jsonl")  # imports and models, loaded once
        for suffix in (".jsonl", ".png"):
            start, cpu = time.perf_counter(), time.process_time()
            describe(folder / "song.wav", folder / f"a{suffix}")
            wall, busy = time.perf_counter() - start, time.process_time() - cpu
            print(
                f"speed {suffix}: {len(joined)} songs joined, {length_s:.0f} s: CPU {busy:.1f} s = "
                f"{busy / length_s:.3f} of its length (wall {wall:.1f} s); goal < .1"
            )


def _pitched() -> None:
    groups: dict[str, list[float]] = {}
    for path in sorted((SHARED / "samples" / "instruments").rglob("*.*")):
        windows = of_measures(measure(media.open_sound(path)))
        kind = path.parent.name if path.parent.name in ("drums", "percussion") else "pitched"
        groups.setdefault(kind, []).extend(windows.pitchedness[~windows.is_silent].tolist())
    from clavilux.listen.windows import PITCHED

    for kind, found in groups.items():
        values = np.array(found)
        shares = np.percentile(values, [10, 50, 90]).round(2).tolist()
        print(
            f"pitched: {kind}: {np.mean(values >= PITCHED):.2f} of {len(values)} windows called "
            f"pitched; pitchedness at 10, 50, 90 %: {shares}"
        )


def tuples(n: int, seed: int) -> list[Content]:
    """Draw content tuples: any volume, words or none, none to three instruments, any colour."""
    from clavilux.listen.instruments import LABELS

    vocabulary, rng = abstractions.load(), np.random.default_rng(seed)
    similar, names = abstractions.by_similarity(vocabulary), sorted(colours.names())
    said = ["", "", "", "heart", "I love you", "Oh, the stars!", "run away with me", "la la la"]
    found = []
    for i in range(n):
        count = int(rng.choice([0, 1, 2, 3, 3, 3, 3]))
        instruments = tuple(rng.choice(LABELS, count, replace=False).tolist())
        name = names[int(rng.integers(len(names)))]
        db = float(rng.choice([-np.inf, -9.0, -3.0, -0.2, 0.0, 1.0, 2.0, 6.0]))
        words = tuple(vocabulary.entry(label).word for label in instruments)
        if i % 2:
            words = similar(instruments, rng)
        found.append(
            Content("loud" if db >= -0.5 else "quiet", said[int(rng.integers(len(said)))],
                    instruments, colours.names()[name], name, words, db)
        )  # fmt: skip
    return found


def _grammar(texts: Path | None) -> None:
    vocabulary, rng = abstractions.load(), np.random.default_rng(5)
    poems = [poetic.poem(content, vocabulary, rng) for content in tuples(_N_TUPLES, 11)]
    patterns = {poem.pattern for poem in poems}
    print(
        f"grammar: {len(poems)} random tuples: {len(patterns)} distinct patterns, "
        f"{len({poem.text for poem in poems})} distinct texts"
    )
    if texts is not None:
        texts.write_text(json.dumps([poem.text for poem in poems]), "utf-8")


_WORDS = """[00:02.00]Somewhere a lantern is burning
[00:06.00]Somewhere the river is turning
[00:10.00]Carry the moon in your hands
[00:14.00]
[00:18.00]Somewhere a garden is waiting
[00:22.00]Nobody knows where it ends
[00:28.00]
"""
_STILLS_S = (1.6, 3.4, 7.2, 9.4, 12.6, 19.5, 21.4, 26.0)


def _gallery() -> None:
    from clavilux.pipelines.describe import describe
    from clavilux.pipelines.see import see

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        song, words = folder / "Night Garden.mid", folder / "words.lrc"
        scores.write(demo_score(), song)
        words.write_text(_WORDS, "utf-8")
        describe(song, folder / "story.png", lyrics=words)
        whole = Image.open(folder / "story.png")
        picture = whole.resize((1400, round(1400 * whole.height / whole.width)))
        picture.save(GALLERY / "story.jpg", quality=86)
        film = folder / "film.mp4"
        see(song, film, story="auto", lyrics=words, lyrics_style="kinetic", size=(480, 270),
            title="Night Garden", duration=28)  # fmt: skip
        frames = [_rgb(frame.picture) for frame in media.open_film(film)]
        stills = [frames[round(24 * time)] for time in _STILLS_S]
        rows = [np.hstack(stills[i : i + 4]) for i in (0, 4)]
        sheet = np.rint(255 * np.vstack(rows)).astype(np.uint8)
        Image.fromarray(sheet).save(GALLERY / "music-video.jpg", quality=82)


def _stories() -> tuple[Story, Story]:
    """Return two stories of the song: of the same spans, other tuples and sentences."""
    heading = Heading(music=_SONG.name, duration_s=20.0)
    teller = Teller()
    lists = (
        [
            ("#0040ff", ("piano", "cello", "voice"), -4.0),
            ("#00c0ff", ("strings", "piano", "bass"), -3.0),
        ],
        [("#ff2000", ("kick", "crash", "synth"), 5.0), ("#ffb000", ("snare", "brass", "tom"), 4.0)],
    )
    made = []
    for rows in lists:
        spans = []
        for i in range(4):
            colour, instruments, db = rows[i % 2]
            content = Content("loud" if db > 0 else "quiet", "", instruments, colour,
                              colours.name_of(colour), volume_db=db)  # fmt: skip
            content = teller.abstracted(content, i)
            spans.append(
                Span(start_s=5.0 * i, end_s=5.0 * i + 5, volume="loud" if db > 0 else "quiet",
                     volume_db=db, instruments=instruments, colour=colour,
                     abstractions=content.abstractions, sentence=teller.say(content, i))
            )  # fmt: skip
        made.append(Story(heading=heading, spans=tuple(spans)))
    return made[0], made[1]


def _swap() -> None:
    from clavilux.pipelines.see import see

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        films = {}
        for label, story, seed in (
            ("a", _stories()[0], 1), ("a again", _stories()[0], 1), ("a, seed 2", _stories()[0], 2),
            ("b", _stories()[1], 1),
        ):  # fmt: skip
            path = folder / f"{label.replace(' ', '_')}.jsonl"
            path.write_text(story.dump(), "utf-8")
            film = folder / f"{path.stem}.mp4"
            see(_SONG, film, story=path, size=(256, 144), fps=12, seed=seed, look="ink")
            films[label] = _frames(film)
        first = films["a"]
        for label in ("a again", "a, seed 2", "b"):
            away = np.abs(first - films[label])
            means = np.linalg.norm(first.mean((1, 2)) - films[label].mean((1, 2)), axis=1)
            print(
                f"swap: film of story a against {label}: pixels differ by {255 * away.mean():.1f} "
                f"of 255, mean colours of frames by {255 * means.mean():.1f}"
            )
        for label, story in (("a", _stories()[0]), ("b", _stories()[1])):
            other = _stories()[1 if label == "a" else 0]
            own, others = (_hue_error(films[label], s) for s in (story, other))
            print(
                f"swap: film {label}: hue is {own:.0f} degrees from its story's colours, "
                f"{others:.0f} from the other's"
            )


def _frames(path: Path) -> NDArray[np.float64]:
    return np.stack([_rgb(frame.picture) for frame in media.open_film(path)])


def _rgb(picture: Picture) -> NDArray[np.float64]:
    if isinstance(picture, np.ndarray):
        return picture.astype(np.float64) / 255
    width, height = picture.size
    planes = [cv2.resize(plane, (width, height)) for plane in picture.chroma]
    return srgb_from_yuv(np.stack([picture.luma, *planes], axis=-1).astype(np.float64))


def _hue_error(film: NDArray[np.float64], story: Story) -> float:
    """Return how far the film's hue, weighed by chroma, is from the story's, degrees."""
    errors = []
    per_second = 12
    for second in range(1, len(film) // per_second):
        frame = film[second * per_second][::4, ::4].reshape(-1, 3)
        lch = oklch_from_srgb(frame)
        angle = np.radians(lch[:, 2])
        hue = np.degrees(
            np.arctan2((lch[:, 1] * np.sin(angle)).sum(), (lch[:, 1] * np.cos(angle)).sum())
        )
        span = [s for s in story.spans if s.start_s <= second - 1][-1]
        wanted = oklch_from_srgb(colours.rgb_of(span.colour))[2]
        errors.append(abs((hue - wanted + 180) % 360 - 180))
    return float(np.mean(errors))


if __name__ == "__main__":
    main()
