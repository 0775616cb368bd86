"""`clavilux flashes` reports any film, with an exit status for scripts."""

import json
from fractions import Fraction

import numpy as np
import pytest
from typer.testing import CliRunner

from clavilux import media
from clavilux.cli.app import app
from clavilux.core.values import Size, Yuv


def write(path, period):
    def pictures():
        for i in range(48):
            planes = np.full((96, 64), 128, dtype=np.uint8)
            planes[:64] = 235 if i // period % 2 else 16
            yield Yuv(planes)

    media.write_film(pictures(), path, frame_rate=Fraction(24), size=Size(64, 64))
    return path


@pytest.mark.parametrize(("period", "code"), [(2, 3), (12, 0)])
def test_exits_3_where_a_film_flashes_too_often(tmp_path, period, code):
    film = write(tmp_path / "film.mp4", period)
    plain, as_json = (
        CliRunner().invoke(app, ["flashes", str(film), *more]) for more in ([], ["--json"])
    )

    assert (plain.exit_code, as_json.exit_code) == (code, code)
    report = json.loads(as_json.stdout)
    assert report["safe"] is (code == 0)
    assert bool(report["hazards"]) is (code == 3)
    assert ("general" in plain.stdout.split("most:")[0]) is (code == 3)
