"""A folder of films becomes a folder of films with music."""

import numpy as np
import pytest
from typer.testing import CliRunner

from clavilux import media
from clavilux.cli.app import app
from clavilux.core.errors import InputError
from clavilux.core.values import Size
from clavilux.pipelines.hear_folder import hear_folder

SIZE = Size(64, 48)


@pytest.fixture
def folder(tmp_path):
    """Return a folder of two films, one in a subfolder, beside a text and a damaged film."""
    (tmp_path / "films/more").mkdir(parents=True)
    pictures = [np.full((48, 64, 3), 40 * i, np.uint8) for i in range(5)]
    for name in ("a.mkv", "more/b.mp4"):
        media.write_film(pictures, tmp_path / "films" / name, frame_rate=5, size=SIZE)
    (tmp_path / "films/notes.txt").write_text("not a film")
    return tmp_path / "films"


def test_every_film_gets_music_once(folder, tmp_path):
    made = list(hear_folder(folder, tmp_path / "out"))
    assert [entry.film.relative_to(tmp_path / "out").as_posix() for entry in made] == [
        "a.mp4",
        "more/b.mp4",
    ]
    assert not any(entry.problem or entry.kept for entry in made)
    assert all(media.probe(entry.film).has_sound for entry in made)
    assert all(entry.kept for entry in hear_folder(folder, tmp_path / "out"))


def test_a_film_that_cannot_be_read_is_named_and_the_others_are_made(folder, tmp_path):
    (folder / "a.mkv").write_bytes(b"nothing of a film")
    result = CliRunner().invoke(app, ["hear", str(folder), "-o", str(tmp_path / "out")])
    assert "more/b.mp4" in result.output
    assert "a.mkv" in result.output
    assert result.exit_code != 0


@pytest.mark.parametrize("given", [["--hits", "0.4"], ["--takes", "2"], ["--stems", "stems"]])
def test_what_is_for_one_film_is_refused_for_a_folder(folder, tmp_path, given):
    result = CliRunner().invoke(app, ["hear", str(folder), "-o", str(tmp_path / "out"), *given])
    assert isinstance(result.exception, InputError)
    assert not (tmp_path / "out").exists()


def test_a_folder_without_films_says_so(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="holds no film"):
        list(hear_folder(tmp_path / "empty", tmp_path / "out"))
