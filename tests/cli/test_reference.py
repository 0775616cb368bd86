"""The reference page in docs/ is what the commands say of themselves."""

from pathlib import Path

import pytest

from clavilux.cli.reference import reference, typer_version

PAGE = Path(__file__).resolve().parents[2] / "docs" / "cli.md"


def test_the_page_is_current():
    page = PAGE.read_text()
    if f"by Typer {typer_version()}." not in page:
        pytest.skip("the page was laid out by another version of Typer: run `make docs`")

    assert page == reference(), "run `make docs`"
