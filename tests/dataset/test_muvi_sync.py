"""We promise that MuVi-Sync is read and written in both layouts without loss."""

import json

import numpy as np
import pytest

from clavilux.core.errors import DocumentError, InputError
from clavilux.dataset import muvi_sync
from clavilux.dataset.muvi_song import Song


def song(name: str, split: str, *, n: int = 12, seed: int = 0, clip: bool = False) -> Song:
    rng = np.random.default_rng([seed, int(name)])
    chords = np.repeat(rng.integers(1, 157, n // 3), 3).astype(np.int64)
    emotion = rng.dirichlet(np.ones(6), n).round(4).astype(np.float32)
    emotion[-1] = np.nan
    columns = {
        "motion": rng.uniform(0, 60, n).round(4),
        "scene_offset": rng.integers(0, 9, n).astype(float),
        "loudness": rng.uniform(0, 1, n).round(4),
        "note_density": rng.integers(0, 30, n).astype(float),
    }
    return Song(
        id=name, split=split, minor=seed % 2 == 1, transpose=3, chords=chords, emotion=emotion,
        change_s=np.arange(0, n, 3.0), change_chord=chords[::3], title=f"Song {name}",
        semantic=rng.normal(0, 1, (n, 768)).astype(np.float32) if clip else None,
        **{name: values.astype(np.float32) for name, values in columns.items()},
    )  # fmt: skip


@pytest.mark.parametrize("layout", muvi_sync.LAYOUTS)
@pytest.mark.parametrize("clip", [False, True])
def test_what_was_written_is_read_back(tmp_path, layout, clip):
    songs = [song("001", "train", clip=clip), song("002", "test", seed=1, clip=clip)]
    folder = muvi_sync.write(songs, tmp_path / "data", layout)

    again = muvi_sync.read(folder, semantic=clip)

    assert [s.id for s in again] == ["001", "002"]
    for old, new in zip(songs, again, strict=True):
        assert (new.split, new.minor, new.transpose) == (old.split, old.minor, old.transpose)
        np.testing.assert_array_equal(new.chords, old.chords)
        np.testing.assert_array_equal(new.change_chord, old.change_chord)
        for name in ("motion", "scene_offset", "loudness", "note_density", "emotion", "change_s"):
            np.testing.assert_allclose(getattr(new, name), getattr(old, name), atol=1e-4)
        if clip:
            np.testing.assert_allclose(new.semantic, old.semantic, atol=0.3)


def test_the_authors_reader_finds_the_numbers_of_chords(tmp_path):
    folder = muvi_sync.write([song("001", "train")], tmp_path / "data", "folders") / "vevo_meta"

    table = {p.stem: json.loads(p.read_text("utf-8")) for p in folder.glob("*.json")}

    assert len(table["chord"]) == 157
    assert [table["chord"][c] for c in ("N", "C", "C:dim", "A:min", "B:maj7")] == [
        0,
        1,
        2,
        122,
        156,
    ]
    assert table["chord_inv"]["122"] == "A:min"
    assert (table["chord_root"]["N"], table["chord_root"]["B"]) == (0, 12)
    assert (table["chord_attr"]["maj"], table["chord_attr"]["maj7"]) == (1, 13)


def test_a_split_holds_its_own_songs_only(tmp_path):
    muvi_sync.write([song("001", "train"), song("002", "test")], tmp_path / "data")

    assert [s.id for s in muvi_sync.read(tmp_path / "data", split="test")] == ["002"]
    with pytest.raises(InputError, match="no split is called 'exam'"):
        muvi_sync.read(tmp_path / "data", split="exam")


def test_what_is_no_data_set_is_refused(tmp_path):
    with pytest.raises(InputError, match="there is no folder"):
        muvi_sync.read(tmp_path / "none")
    with pytest.raises(InputError, match="holds no MuVi-Sync data"):
        muvi_sync.read(tmp_path)
    (tmp_path / "songs.json").write_text("{}")
    with pytest.raises(DocumentError, match="not a packed MuVi-Sync data set"):
        muvi_sync.read(tmp_path)


def test_the_real_data_set_is_read_whole(shared):
    songs = muvi_sync.read(shared / "muvi-sync")
    index = json.loads((shared / "muvi-sync/songs.json").read_text("utf-8"))["songs"]

    assert len(songs) == 748
    assert sum(len(s) for s in songs) == 191283
    assert [len([s for s in songs if s.split == n]) for n in ("train", "val", "test")] == [
        597,
        75,
        75,
    ]
    agree = []
    for s, entry in zip(songs[:60], index, strict=False):
        assert (s.id, len(s)) == (entry["id"], entry["seconds"])
        at = np.searchsorted(s.change_s, np.arange(len(s)), "right") - 1
        agree.append((s.change_chord[at] == s.chords).mean())
    assert np.mean(agree) > 0.995
