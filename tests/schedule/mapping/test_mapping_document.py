"""A mapping document that is wrong is refused in one line, which names the place."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clavilux.core.errors import DocumentError
from clavilux.core.parameters import PARAMETERS
from clavilux.schedule import mapping as mappings
from clavilux.schedule.mapping.document import read


def rule(line: str) -> str:
    return f"format: clavilux.mapping/1\nrules:\n  - {{{line}}}\n"


PUSH = "source: kick, target: translation_z, amount: 10"

WRONG = {
    "source: kick, target: rotation_3d_zz, amount: 1": (
        r"rule 1: target: no parameter is called 'rotation_3d_zz'; did you mean 'rotation_3d_z'\?"
    ),
    "source: kik, target: zoom, amount: 1": (
        r"rule 1: source: no source is called 'kik'; did you mean 'kick'\?"
    ),
    "source: {drum: snair}, target: zoom, amount: 1": (
        r"rule 1: no drum is called 'snair'; did you mean 'snare'\?"
    ),
    f"{PUSH}, atack: 1": r"rule 1: unknown key 'atack'; did you mean 'attack'\?",
    "source: {drum: kick, chanel: 3}, target: zoom, amount: 1": (
        r"rule 1: source: unknown key 'chanel'; did you mean 'channel'\?"
    ),
    f"{PUSH}, when: {{sction: B}}": r"rule 1: when: unknown key 'sction'; did you mean 'section'",
    f"{PUSH}, when: {{has: drms}}": r"music is not asked for 'drms'; did you mean 'drums'",
    "target: zoom, amount: 1": r"rule 1: 'source' is missing",
    "source: {drum: kick, note: C4}, target: zoom, amount: 1": r"one kind of event; found .* and",
    "source: {channel: 2}, target: zoom, amount: 1": r"one kind of event; found none",
    "source: kick, target: zoom": r"either an amount or a value to go 'to'",
    f"{PUSH}, to: 3": r"either an amount or a value to go 'to'",
    "source: kick, target: translation_z, to: 3": r"translation_z is a movement",
    "source: kick, target: light, amount: 1": r"a pulse needs an attack, a hold or a decay",
    "source: {controller: 1}, target: light, amount: 1, mode: pulse": r"mode follow",
    "source: kick, target: light, amount: 1, mode: follow": r"instants: not mode follow",
    "source: {controller: 1}, target: light, amount: 1, decay: 2": r"no envelope; use smoothing",
    f"{PUSH}, decay: a while": r"'a while' is not a length of time; write seconds",
    f"{PUSH}, decay: -1": r"is not a length of time",
    f"{PUSH}, hold: 1/0 s": r"is not a length of time",
    "source: kick, target: zoom, amount: much": r"'much' is not an amount",
    "source: {note: H4}, target: zoom, amount: 1": r"'H4' is not a note; write 60, C4",
    "source: {note: 128}, target: zoom, amount: 1": r"note 128 is outside 0 to 127",
    "source: {note: C5..C4}, target: zoom, amount: 1": r"the range 72..60 is empty",
    f"{PUSH}, range: [9, 9]": r"the range .* is empty",
    f"{PUSH}, polarity: sideways": r"rule 1: polarity: input should be '\+', '-'",
    f"{PUSH}, probability: 2": r"rule 1: probability: input should be less than or equal to 1",
}


@pytest.mark.parametrize("line", WRONG)
def test_what_is_wrong_is_named_with_its_place(line):
    with pytest.raises(DocumentError, match=WRONG[line]) as caught:
        read(rule(line), "my.yaml")

    assert str(caught.value).startswith("mapping my.yaml: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [", "not YAML: line 1"),
        ("just words", "not a mapping document"),
        ("", "not a mapping document"),
        ("format: clavilux.mapping/9\nrules: []", "format: input should be"),
        ("rules: []", "'format' is missing"),
        ("format: clavilux.mapping/1\nrules: []\nbase: {strenth: 1}", "did you mean 'strength'"),
        ("format: clavilux.mapping/1\nrules: []\nbase: {strength: 2}", "2 is outside 0 to 1"),
        ("format: clavilux.mapping/1\nrules: []\nbase: {zoom: {combine: min}}", "add up"),
        (b"\xff\xfe\x00", "not YAML"),
    ],
)
def test_a_file_that_is_no_mapping_is_refused(text, said):
    with pytest.raises(DocumentError, match=said):
        read(text, "my.yaml")


@given(st.text(max_size=60))
def test_no_text_gives_anything_but_a_mapping_or_our_error(text):
    with contextlib.suppress(DocumentError):
        read("format: clavilux.mapping/1\nrules: []\n" + text, "my.yaml")


def test_a_name_that_is_neither_preset_nor_file_lists_the_presets(tmp_path):
    with pytest.raises(DocumentError, match="ambient, clavilux, melodic, v2midi"):
        mappings.load(tmp_path / "nothing.yaml")


def test_a_file_is_read_like_a_preset(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(mappings.preset_text("clavilux"))

    assert mappings.load(path).rules == mappings.load("clavilux").rules


@pytest.mark.parametrize("name", mappings.names())
def test_every_preset_describes_itself_and_drives_only_what_exists(name):
    mapping = mappings.load(name)

    assert mapping.description
    assert set(mapping.parameters) <= set(PARAMETERS)


def test_v2midi_keeps_the_correspondences_of_the_data_set():
    moved = {rule.source.notes[0][0]: rule.target for rule in mappings.load("v2midi").rules}

    assert moved == {
        46: "rotation_3d_x",
        44: "rotation_3d_y",
        36: "strength",
        38: "translation_z",
        42: "rotation_3d_z",
    }


def test_lengths_of_time_read_as_people_write_them():
    lengths = ["0.25", "250 ms", "1/4 s", "1/2 beat", "2 beats", "note", "1/2 note"]

    read_back = [read(rule(f"{PUSH}, decay: {text}"), "test").rules[0].decay for text in lengths]

    assert [(d.value, d.unit) for d in read_back] == [
        (0.25, "s"),
        (0.25, "s"),
        (0.25, "s"),
        (0.5, "beats"),
        (2.0, "beats"),
        (1.0, "notes"),
        (0.5, "notes"),
    ]
