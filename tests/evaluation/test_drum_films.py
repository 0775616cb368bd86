"""Drums are evaluated on folders of films and on data sets, beside what doesn't look."""

import pytest

from clavilux.core.errors import ArgumentError
from clavilux.dataset.exporting import to_videofolder
from clavilux.dataset.layout import find
from clavilux.dataset.making import make
from clavilux.dataset.recipe import Recipe
from clavilux.evaluation.drum_films import evaluate_folder, lines, pairs_of


@pytest.fixture(scope="module")
def data(tmp_path_factory, in_process):
    folder = tmp_path_factory.mktemp("sets")
    how = {"seed": 3, "duration_s": 3, "width": 64, "height": 64, "looks": ("paper", "ink")}
    make(Recipe(**how), folder / "ours", count=2, executor=in_process)
    short = Recipe(**how | {"duration_s": 1}, layout="v2midi")
    make(short, folder / "theirs", count=2, executor=in_process)
    to_videofolder(folder / "ours", folder / "hub", name="me/tiny")
    return folder


@pytest.mark.parametrize("layout", ["ours", "theirs", "hub"])
def test_data_sets_of_every_layout_are_paired_by_split(data, layout):
    splits = {item.name: item.split for item in find(data / layout)}

    assert {pair[0]: pair[3] for pair in pairs_of(data / layout, None)} == splits
    for split in set(splits.values()):
        names = {name for name, its in splits.items() if its == split}
        assert {pair[0] for pair in pairs_of(data / layout, split)} == names
    with pytest.raises(ArgumentError, match="`split`"):
        pairs_of(data / layout, "best")


def test_controls_stand_below_the_films(data):
    found = evaluate_folder(data / "ours")

    shown = lines(found)
    assert any(line.startswith("control: heard, moved on") for line in shown)
    assert any(line.startswith("control: commonest drum, steady") for line in shown)
    total = found.total.agreement("frame").f1
    assert all(total > report.agreement("frame").f1 for report in found.controls.values())


def test_a_folder_of_films_has_no_splits(tmp_path):
    with pytest.raises(ArgumentError, match="is for data sets"):
        evaluate_folder(tmp_path, split="test")
