"""What is exported can be loaded by those it is for."""

import json
import shutil
import tarfile

import pytest
import yaml

from clavilux.core.errors import InputError, OutputError
from clavilux.dataset.counting import count
from clavilux.dataset.exporting import to_videofolder, to_webdataset
from clavilux.dataset.layout import find
from clavilux.dataset.verifying import verify


@pytest.fixture(scope="module")
def videofolder(tiny_data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("hub") / "out"
    to_videofolder(tiny_data, folder, name="me/tiny")
    return folder


@pytest.fixture(scope="module")
def shards(tiny_data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("shards") / "out"
    to_webdataset(tiny_data, folder, shard_bytes=150_000)
    return folder


def test_a_videofolder_has_a_row_a_film(videofolder, tiny_data):
    rows = [
        json.loads(line)
        for path in videofolder.glob("data/*/metadata.jsonl")
        for line in path.read_text().splitlines()
    ]

    assert len(rows) == 5
    for row in rows:
        assert list(videofolder.glob(f"data/*/{row['file_name']}"))
        assert (videofolder / row["midi"]).exists()
        assert len(row["hit_time_s"]) == len(row["hit_drum"]) == len(row["hit_velocity"])
    assert {row["name"] for row in rows} == {item.name for item in find(tiny_data)}


def test_the_card_says_what_one_must_know(videofolder):
    text = (videofolder / "README.md").read_text()

    _, head, body = text.split("---\n", 2)
    about = yaml.safe_load(head)
    assert about["license"] == "cc0-1.0"
    assert {entry["split"] for entry in about["configs"][0]["data_files"]} == {
        p.name for p in (videofolder / "data").iterdir()
    }
    for part in ("Structure", "Download", "Use", "Guidelines", "Licence"):
        assert f"## {part}\n" in body
    assert "$" not in body


def test_shards_hold_every_example_whole(shards, tiny_data):
    members = {}
    for path in shards.glob("*.tar"):
        with tarfile.open(path) as tar:
            for name in tar.getnames():
                key, _, ending = name.partition(".")
                members.setdefault(key, []).append(ending)

    assert members.keys() == {item.name for item in find(tiny_data)}
    for endings in members.values():
        assert endings == ["mp4", "mid", "parseq.json", "mp3", "flac", "record.json", "json"]


def test_the_same_data_gives_the_same_shards(shards, tiny_data, tmp_path):
    to_webdataset(tiny_data, tmp_path / "again", shard_bytes=150_000)

    for path in shards.iterdir():
        assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes()


def test_nothing_is_written_over(tiny_data, tmp_path):
    (tmp_path / "mine.txt").touch()

    with pytest.raises(OutputError, match="it is not empty"):
        to_videofolder(tiny_data, tmp_path, name="x")
    with pytest.raises(OutputError, match="it is not empty"):
        to_webdataset(tiny_data, tmp_path)


@pytest.mark.extra("hub")
def test_datasets_loads_the_videofolder(videofolder, tmp_path, monkeypatch):
    import datasets

    monkeypatch.setattr(datasets.config, "HF_DATASETS_OFFLINE", True)
    loaded = datasets.load_dataset(str(videofolder), cache_dir=str(tmp_path))

    assert sum(len(split) for split in loaded.values()) == 5
    train = loaded["train"].cast_column("video", datasets.Video(decode=False))
    assert train[0]["video"]["path"].endswith(f"{train[0]['name']}.mp4")
    assert train[0]["hit_note"]


@pytest.mark.extra("hub")
def test_webdataset_iterates_the_shards(shards):
    import webdataset

    files = sorted(str(path) for path in shards.glob("*.tar"))
    samples = list(webdataset.WebDataset(files, shardshuffle=False))

    assert len(samples) == 5
    for sample in samples:
        assert sample["mid"][:4] == b"MThd"
        assert json.loads(sample["json"])["name"] == sample["__key__"]


def test_what_is_exported_is_found_counted_and_verified(videofolder, tiny_data):
    assert {item.name: item.split for item in find(videofolder)} == {
        item.name: item.split for item in find(tiny_data)
    }
    assert count(videofolder).drums == count(tiny_data).drums
    assert [problems for _, problems in verify(videofolder)] == [[]] * 5


def test_shards_are_read_once_they_are_unpacked(shards, tiny_data, tmp_path):
    with pytest.raises(InputError, match="unpack those of each split"):
        find(shards)

    for path in shards.glob("*.tar"):
        with tarfile.open(path) as tar:
            tar.extractall(tmp_path / path.name.partition("-")[0])

    assert {item.name: item.split for item in find(tmp_path)} == {
        item.name: item.split for item in find(tiny_data)
    }
    assert count(tmp_path).seconds == count(tiny_data).seconds


def test_an_export_without_records_is_read_by_its_films(videofolder, tmp_path):
    shutil.copytree(videofolder, tmp_path / "hub")
    for path in (tmp_path / "hub").rglob("*.record.json"):
        path.unlink()

    found = find(tmp_path / "hub")

    assert {item.name: item.split for item in found} == {
        item.name: item.split for item in find(videofolder)
    }
    assert all(item.record is None for item in found)
