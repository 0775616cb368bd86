"""The reference page in docs/ is what the commands say of themselves."""

from pathlib import Path

from clavilux.cli.reference import reference

PAGE = Path(__file__).resolve().parents[2] / "docs" / "cli.md"


def test_the_page_is_current():
    assert PAGE.read_text() == reference(), "run `make docs`"
