"""The examples in the guide to mappings are what it says they are."""

import re
from pathlib import Path

import pytest
import yaml

from clavilux.core.drums import DRUMS
from clavilux.schedule import mapping as mappings
from clavilux.schedule.mapping.document import RuleDocument

ROOT = Path(__file__).resolve().parents[3]
GUIDE = ROOT / "docs" / "mappings.md"
EXAMPLES = sorted((ROOT / "docs" / "mappings").glob("*.yaml"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_is_a_mapping_and_the_guide_shows_its_rules(path):
    shown = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", _guide(), re.S)]
    listed = [block["rules"] if isinstance(block, dict) else block for block in shown]

    assert mappings.load(path).rules
    assert yaml.safe_load(path.read_text())["rules"] in listed


def test_every_picture_of_the_guide_is_there():
    pictures = re.findall(r"\]\((mappings/[^)]+)\)", _guide())

    assert len(pictures) == 9
    assert all((GUIDE.parent / picture).is_file() for picture in pictures)


def test_the_guide_names_every_preset_drum_and_key():
    text = _guide()

    for name in [*mappings.names(), *DRUMS, *RuleDocument.model_fields]:
        assert name in text, name


def _guide() -> str:
    return GUIDE.read_text(encoding="utf-8")
