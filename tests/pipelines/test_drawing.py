"""Words, palettes and pictures given to `see` reach its film; wrong ones are refused at once."""

import json
from fractions import Fraction

import numpy as np
import pytest
from PIL import Image

import clavilux
from clavilux import media
from clavilux.core.errors import InputError
from clavilux.core.values import Curves, Size
from clavilux.pipelines.drawing import Drawing
from clavilux.pipelines.production import Production, production_of_document
from clavilux.pipelines.settings import SeeOptions

SHORT = {"size": Size(64, 48), "duration": 0.5}


@pytest.fixture(scope="module")
def photo(tmp_path_factory):
    path = tmp_path_factory.mktemp("pictures") / "photo.png"
    picture = np.zeros((70, 110, 3), dtype=np.uint8)
    picture[:, :55], picture[:, 55:] = (230, 120, 20), (10, 20, 90)
    Image.fromarray(picture).save(path)
    return path


def films(folder, music, *many):
    return [
        clavilux.see(music, folder / f"{i}.mp4", **SHORT, **options).read_bytes()
        for i, options in enumerate(many)
    ]


def test_swapping_only_the_words_gives_another_film(tmp_path, tiny_midi):
    made = films(
        tmp_path,
        tiny_midi,
        {"prompt": "a red whale in fog"},
        {"prompt": "a red whale in fog"},
        {"prompt": "a blue whale in fog"},
        {"prompt": "a red whale in fog", "neg": "fog"},
        {},
    )

    assert made[0] == made[1]
    assert len(set(made)) == 4


def test_words_choose_the_look_unless_one_is_named(tmp_path, tiny_midi):
    cathedral = {"prompt": "a cathedral window"}
    made = films(tmp_path, tiny_midi, cathedral, cathedral | {"look": "stained"})

    assert made[0] == made[1]
    assert films(tmp_path, tiny_midi, cathedral | {"look": "ink"})[0] != made[0]


@pytest.mark.parametrize(
    ("prompt", "look"),
    [("", "stained"), ("Test, realistic", "stained"), ("a kaleidoscope", "glass")],
)
def test_documents_are_seen_in_stained_glass_unless_a_word_means_a_look(tmp_path, prompt, look):
    document = {
        "keyframes": [{"frame": 0}, {"frame": 9}],
        "prompts": {"positive": prompt, "negative": ""},
    }
    path = tmp_path / "document.json"
    path.write_text(json.dumps(document))
    options = SeeOptions()
    production = production_of_document(path, options)

    assert Drawing.of(options).request(production).look == look


def test_a_film_starts_from_ones_own_picture(tmp_path, tiny_midi, photo):
    film = clavilux.see(tiny_midi, tmp_path / "film.mp4", image=str(photo), **SHORT)
    first = next(iter(media.open_film(film, pixels="rgb"))).picture.astype(int)

    assert np.abs(first[20:30, 5:20] - (230, 120, 20)).mean() < 12
    assert np.abs(first[20:30, 44:60] - (10, 20, 90)).mean() < 12


def test_another_picture_under_the_same_name_is_another_film(tmp_path, photo):
    copy = tmp_path / "copy.png"
    copy.write_bytes(photo.read_bytes())
    production = Production(Curves(Fraction(24), {"light": np.zeros(2)}), None, Size(64, 48))

    def digests():
        return [
            Drawing.of(SeeOptions(**{name: str(copy)})).request(production).digest
            for name in ("image", "palette")
        ]

    before = digests()
    Image.new("RGB", (9, 9), "green").save(copy)
    after = digests()

    assert before[0] != after[0]
    assert before[1] != after[1]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"look": "puce"}, "no look is called 'puce'"),
        ({"palette": "puce"}, "no palette is called 'puce'"),
        ({"image": "nowhere.png"}, "nowhere.png is not there"),
        ({"lexicon": "nowhere.yaml"}, "no lexicon 'nowhere.yaml'"),
        ({"renderer": "puce"}, "no renderer is called 'puce'"),
    ],
)
def test_wrong_names_are_refused_before_any_work(tmp_path, options, message):
    with pytest.raises(InputError, match=message):
        clavilux.see("no-such-music.mid", tmp_path / "film.mp4", **options)


@pytest.mark.slow
def test_pictures_of_4k_are_drawn_and_odd_sizes_rounded(tmp_path, tiny_midi):
    for size, expected in (
        (Size(3840, 2160), Size(3840, 2160)),
        (Size(333, 217), Size(334, 218)),
    ):
        film = clavilux.see(tiny_midi, tmp_path / "film.mp4", size=size, duration=0.1)
        assert media.probe(film).size == expected


def test_words_that_mean_nothing_are_named_in_one_line(tmp_path, tiny_midi):
    with pytest.warns(UserWarning, match="mean nothing to our lexicon: 'florp', 'blint'; they"):
        clavilux.see(tiny_midi, tmp_path / "a.mp4", **SHORT, prompt="a red florp, blint, florp")
