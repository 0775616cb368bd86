"""The card of a data set: what one must know before using it, as the hub shows it."""

from collections import Counter
from string import Template

from clavilux.dataset.layout import Found, splits_of

_CARD = Template("""---
pretty_name: $title
license: $license
task_categories:
- other
tags:
- music
- midi
- video
- synchronisation
size_categories:
- $size
configs:
- config_name: default
  data_files:
$data_files
---

# $title

Paired music and film: drums as MIDI, and a film in which every hit is seen when it is
heard. $n examples, $hours hours$about.

## Structure

| split | examples |
|---|---|
$splits

A film lies at `data/SPLIT/NAME.mp4`, with its sound. `files/SPLIT/` holds what belongs to
it: `NAME.mid`, the notes; `NAME.parseq.json`, the schedule that moved it, which sd-parseq and
Deforum read; `NAME.mp3` and `NAME.flac`, the sound. `data/SPLIT/metadata.jsonl` has a row
an example:

| column | meaning |
|---|---|
| `file_name`, `name` | the film, and the example: a hash of all it was made from |
| `midi`, `schedule`, `mp3`, `flac` | paths of the other files, from the top folder |
| `hit_time_s`, `hit_drum`, `hit_note`, `hit_velocity` | every drum hit, in order of time |
| `n_frames`, `frame_rate` | length and pace of the film |
| `tempo_bpm`, `source` | first tempo; `house`, `metre-free` or `file` |
| `look`, `palette`, `theme`, `prompt`, `mapping`, `seed` | what it was drawn from |

Splits share no MIDI file, no look and no seed. Half of made-up drumming has no metre, so
that a model must look rather than count.

## Download

```python
from datasets import load_dataset

train = load_dataset("$name", split="train")
```

or `hf download $name --repo-type dataset`. Without a video decoder for `datasets`, ask for
paths: `train.cast_column("video", datasets.Video(decode=False))`.

## Use

Meant for learning and measuring how film and music belong together: transcribing drums from
pictures, scoring films, finding what is in time. A hit at `t` seconds is seen in frame
`floor(t * frame_rate + 0.5)`.

## Guidelines

- Choose models on `validation`; report on `test`, once.
- Report onsets within one frame (F1 a drum, then their mean) beside a control: the same
  hits at shuffled times.
- Films may hold quick changes of light. Those of our own renderer keep to three general
  flashes a second; those made by other renderers are as they came.
- The pictures are abstract and show nobody. They stand for no people, places or events.
- Music of one kind, pictures of a few looks: results here say little about films of the world.

## Licence

$license_text
""")

_LICENCES = {
    "cc0-1.0": "CC0 1.0: made up by programs, given to all. MIDI files that were not made up "
    "keep the licence of those who wrote them.",
}


def card(found: list[Found], *, name: str, license: str) -> str:
    """Write the card of a data set.

    Args:
        found: Its examples.
        name: What the hub calls it, such as ``you/midivideo``.
        license: Its licence, as the hub spells it.
    """
    splits = [(split, len(items)) for split, items in splits_of(found)]
    seconds = sum(_seconds(item) for item in found)
    looks = Counter(str(item.record["example"]["look"]) for item in found if item.record)
    about = f", {len(looks)} looks ({', '.join(sorted(looks))})" if looks else ""
    return _CARD.substitute(
        title=name.rpartition("/")[2] or name,
        name=name,
        license=license,
        license_text=_LICENCES.get(license, f"{license}, for all files."),
        size=_size_category(len(found)),
        n=len(found),
        hours=f"{seconds / 3600:.2f}",
        about=about,
        data_files="\n".join(
            f'  - split: {split}\n    path: "data/{split}/**"' for split, _ in splits
        ),
        splits="\n".join(f"| {split} | {n} |" for split, n in splits),
    )


def _seconds(item: Found) -> float:
    return float(item.record["example"]["duration_s"]) if item.record else 16.0


def _size_category(n: int) -> str:
    if n < 1000:
        return "n<1K"
    steps = [(10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M")]
    return next((label for limit, label in steps if n < limit), "1M<n<10M")
