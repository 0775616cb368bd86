"""A recipe decides every example, and its splits have nothing in common."""

import pytest

from clavilux import score
from clavilux.core.errors import DocumentError, InputError, UnknownBackEnd
from clavilux.dataset import patterns
from clavilux.dataset.recipe import Example, Recipe, plan


@pytest.fixture
def midi_folder(tmp_path):
    folder = tmp_path / "midi"
    folder.mkdir()
    for i in range(12):
        score.write(patterns.house(i, duration_s=2), folder / f"{i}.mid")
    (folder / "again.mid").write_bytes((folder / "0.mid").read_bytes())
    return folder


def test_the_same_recipe_gives_the_same_examples():
    assert plan(Recipe(seed=4), 50) == plan(Recipe(seed=4), 50)
    assert plan(Recipe(seed=4), 50) != plan(Recipe(seed=5), 50)


def test_a_data_set_may_grow():
    assert plan(Recipe(), 80)[:30] == plan(Recipe(), 30)


def test_every_example_has_a_name_of_its_own():
    assert len({example.name for example in plan(Recipe(), 500)}) == 500


def test_a_name_differs_whenever_the_files_could():
    (example,) = plan(Recipe(), 1)
    about = example.to_dict()

    for change in ({"look": "?"}, {"seed": 9}, {"prompt": "?"}, {"mapping_sha256": "?"}):
        assert Example.from_dict(about | change).name != example.name
    assert Example.from_dict(about | {"number": 77}).name == example.name
    assert Example.from_dict(about) == example


@pytest.mark.parametrize("has_files", [False, True])
def test_splits_share_no_file_look_or_seed(midi_folder, has_files):
    recipe = Recipe(seed=0, midi=str(midi_folder) if has_files else None)
    drawn = {}
    for example in plan(recipe, 600):
        split = drawn.setdefault(example.split, (set(), set(), set()))
        split[0].add(example.look)
        split[1].add(example.seed)
        split[2].add(example.source)

    assert drawn.keys() == {"train", "validation", "test"}
    for kind in range(3):
        sets = [split[kind] for split in drawn.values()]
        assert sum(map(len, sets)) == len(set.union(*sets))


def test_one_file_under_two_names_is_one_source(midi_folder):
    sources = {example.source.sha256 for example in plan(Recipe(midi=str(midi_folder)), 400)}

    assert len(sources) == 12


def test_half_of_made_up_music_has_no_metre():
    kinds = [example.source.kind for example in plan(Recipe(), 1000)]

    assert 0.45 < kinds.count("metre-free") / 1000 < 0.55


def test_prompts_are_drawn_from_folders_of_themes(tmp_path):
    (tmp_path / "sea").mkdir()
    (tmp_path / "sea" / "prompt_1.txt").write_text("waves\nand foam\n")
    (tmp_path / "fire.txt").write_text("embers\nsparks\n")

    drawn = {(e.theme, e.prompt) for e in plan(Recipe(themes=str(tmp_path)), 60)}

    assert drawn == {("sea", "waves and foam"), ("fire", "embers"), ("fire", "sparks")}


def test_what_cannot_be_used_is_said_at_once(tmp_path):
    with pytest.raises(InputError, match="holds no MIDI files"):
        plan(Recipe(midi=str(tmp_path)), 1)
    with pytest.raises(DocumentError, match="holds no themes"):
        plan(Recipe(themes=str(tmp_path)), 1)
    with pytest.raises(UnknownBackEnd, match="no look is called 'glas'"):
        plan(Recipe(looks=("glas",)), 1)
    with pytest.raises(InputError, match="frame rate 'slow' is not a number"):
        plan(Recipe(frame_rate="slow"), 1)
    with pytest.raises(DocumentError, match="there is no mapping"):
        plan(Recipe(mapping="nothing"), 1)


def test_a_recipe_is_read_as_it_was_written(tmp_path):
    recipe = Recipe(seed=8, looks=("ink",), duration_s=4)
    (tmp_path / "dataset.json").write_text(recipe.model_dump_json())

    assert Recipe.read(tmp_path / "dataset.json") == recipe
    (tmp_path / "dataset.json").write_text('{"sed": 1}')
    with pytest.raises(DocumentError, match="sed"):
        Recipe.read(tmp_path / "dataset.json")
