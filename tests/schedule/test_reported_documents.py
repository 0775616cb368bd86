"""Documents that users reported, and others of their kind, are read or answered in one line."""

import contextlib
import json

import orjson
import pytest

from clavilux.core.errors import DocumentError
from clavilux.schedule import check as checks
from clavilux.schedule import mapping as mappings
from clavilux.schedule import parse
from clavilux.schedule.deforum.settings import DeforumSettings
from clavilux.schedule.document import open_document, open_rendered
from clavilux.schedule.parseq.document.document import load_json

BASE = {
    "keyframes": [{"frame": 0, "zoom": 1, "zoom_i": "L"}, {"frame": 20, "zoom": 2}],
    "options": {"bpm": 120, "output_fps": 10},
    "managedFields": ["zoom"],
}
PROMPT = {"positive": "a", "negative": "b", "allFrames": True}


def with_formula(formula, **more):
    first = {"frame": 0, "zoom": 1, "zoom_i": formula}
    return {**BASE, "keyframes": [first, {"frame": 90, "zoom": 1}], **more}


@pytest.fixture
def case(shared):
    return lambda name: shared / "cases" / "10_schedule" / name


def test_values_beyond_64_bits_are_written_as_json_numbers(case):
    rendered = open_rendered(case("value_beyond_64_bits.json"))

    content = json.loads(orjson.dumps(rendered.to_dict()))

    assert content["rendered_frames"][80]["zoom"] == 2.0**81 - 1
    assert content["rendered_frames"][10]["zoom"] == 2047


@pytest.mark.parametrize("formula", ["1e9^40", "-1 * 10^200", "10^400", "1/(f-5)", "2^53+1"])
def test_any_large_value_can_be_written(formula):
    with contextlib.suppress(DocumentError):  # dividing by zero is refused, as by sd-parseq
        orjson.dumps(parse(with_formula(formula)).render().to_dict())


@pytest.mark.parametrize("operator", ["+", "-", "*", "+f-", "/"])
def test_long_sums_are_checked(operator):
    checks.check(with_formula(operator.join(["1"] * 500)))


def test_a_reported_sum_is_checked(case):
    assert not [f for f in checks.check(case("sum_of_500.json")) if f.is_error]


@pytest.mark.parametrize(
    "series", [5, "x", True, {"a": 1}, [5], [{"ts": 5}], [{"ts": {"data": 5}}]]
)
def test_time_series_of_any_shape_are_checked(series):
    checks.check({**BASE, "timeSeries": series})


def test_a_time_series_that_is_a_number_is_named(case):
    found = checks.check(case("time_series_is_a_number.json"))

    assert "timeSeries is a number; expected a list" in str(found[0])


def test_a_byte_order_mark_is_read_over(case):
    assert len(parse(case("parseq_bom.json")).keyframes) == 2
    assert parse(load_json(json.dumps(BASE).encode("utf-16"), "x")).render().n_frames == 21


@pytest.mark.parametrize("overlap", [{}, {"overlap": None}])
def test_a_prompt_without_overlap_is_named_and_mended(overlap):
    document = {**BASE, "prompts": [PROMPT | overlap]}

    with pytest.raises(DocumentError, match="prompt 0 lacks overlap") as raised:
        parse(document).render()
    assert "(reading 'type')" in raised.value.original

    mended, _ = checks.fix(document)
    assert parse(mended).render().prompts[0] == "a --neg b"


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({}, "lack commonPrompt"),
        ({"commonPrompt": {}, "commonPromptPos": "template"}, "commonPrompt lacks its positive"),
    ],
)
def test_other_gaps_of_prompts_are_named_too(more, words):
    prompts = {"format": "v2", "promptList": [{**PROMPT, "overlap": {"type": "none"}}], **more}

    with pytest.raises(DocumentError, match=words) as raised:
        parse({**BASE, "prompts": prompts}).render()
    assert "Cannot read properties" not in str(raised.value)


def test_deforum_settings_with_a_mark_or_a_bare_number_are_read(case, tmp_path):
    path = case("deforum_bare_number.txt")
    marked = tmp_path / "deforum_bom.txt"
    marked.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())

    assert set(DeforumSettings.read(path).column("zoom").tolist()) == {1.02}
    assert open_document(marked).curves.n_frames == 20


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("target: [zoom, angle]", "target: the target is a list"),
        ("target: {zoom: 1}", "target: the target is an object"),
        ("target: null", "no parameter is called None"),
        ("target: zoom\n    hold: 1e400 s", "hold: '1e400 s' is not a length of time"),
        ("target: zoom\n    decay: 1/0 s", "is not a length of time"),
        ("target: zoom\n    decay: 1e999999999 s", "is not a length of time"),
        ("target: zoom\n    attack: [1]", "is not a length of time"),
    ],
)
def test_mappings_are_answered_with_the_place(tmp_path, line, words):
    path = tmp_path / "mapping.yaml"
    path.write_text(
        "format: clavilux.mapping/1\nname: x\nrules:\n  - name: kick\n    source: kick\n"
        f"    {line}\n    amount: 1\n"
    )

    with pytest.raises(DocumentError, match="rule 1: ") as raised:
        mappings.load(path)
    assert words in str(raised.value)


@pytest.mark.parametrize("name", ["hold_1e400.yaml", "target_is_a_list.yaml"])
def test_reported_mappings_are_answered_with_the_place(shared, name):
    with pytest.raises(DocumentError, match=r"rule 1: (hold|target): "):
        mappings.load(shared / "cases" / "9_mapping" / name)


@pytest.mark.parametrize("preset", mappings.names())
def test_what_from_music_writes_pleases_the_check(tmp_path, preset):
    from fractions import Fraction

    from clavilux.schedule import from_music as documents
    from clavilux.schedule.mapping.example import beat

    piece = beat()
    document = documents.from_music(
        piece,
        mappings.load(preset),
        frame_rate=Fraction(24),
        n_frames=96,
        heading=documents.heading_of(piece, name="beat", prompt="a whale"),
    )

    assert [str(f) for f in checks.check(json.loads(documents.to_bytes(document)))] == []


@pytest.mark.parametrize("read", [open_rendered, open_document, checks.check])
def test_json_of_something_else_is_named_as_such(tmp_path, read):
    (tmp_path / "package.json").write_text('{"name": "beat-sync", "fps": 24, "sections": []}')

    with pytest.raises(DocumentError, match=r"package\.json is neither a Parseq document"):
        read(tmp_path / "package.json")
