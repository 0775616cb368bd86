"""The engine agrees with sd-parseq's own numbers, texts and errors on the outside test data."""

import gzip
import json
import math

import pytest

from clavilux.core.errors import DocumentError
from clavilux.schedule import parse
from clavilux.schedule.parseq.evaluation.expression import evaluate_expression


def same(ours, theirs):
    if isinstance(ours, float) and not math.isfinite(ours):
        return theirs is None
    if isinstance(ours, (int, float)) and isinstance(theirs, (int, float)):
        return abs(ours - theirs) <= 1e-9 * max(1, abs(theirs))
    return ours == theirs


@pytest.fixture(scope="module")
def expressions(shared):
    return json.loads((shared / "conformance" / "parseq_expressions.json").read_text())


@pytest.fixture(scope="module")
def documents(shared):
    packed = (shared / "conformance" / "parseq_documents.json.gz").read_bytes()
    return json.loads(gzip.decompress(packed))


def test_every_expression_has_the_original_values_or_error(expressions):
    context = expressions["context"]
    wrong = []
    for case in expressions["cases"]:
        try:
            values = evaluate_expression(
                case["formula"],
                frames=range(11),
                keyframes=context["definedFrames"],
                values=context["definedValues"],
                output_fps=context["FPS"],
                bpm=context["BPM"],
            )
        except DocumentError as error:
            if str(error) != "Error: " + case.get("error", ""):
                wrong.append((case["formula"], str(error)))
            continue
        if not all(map(same, values, case["expected"])):
            wrong.append((case["formula"], values))

    assert wrong == []


def test_every_document_has_the_original_frames_and_ranges(documents):
    for case in documents:
        rendered = parse(case["input"]).render().to_dict()

        for ours, theirs in zip(rendered["rendered_frames"], case["rendered_frames"], strict=True):
            assert list(ours) == list(theirs), case["name"]
            assert all(same(ours[key], theirs[key]) for key in theirs), case["name"]
        assert rendered["rendered_frames_meta"] == case["rendered_frames_meta"]


def test_reversed_output_is_the_original_one(documents):
    case = next(case for case in documents if "rendered_frames_reversed_output" in case)

    frames = parse(case["input"]).render().reversed().frames()

    for ours, theirs in zip(frames, case["rendered_frames_reversed_output"], strict=True):
        assert all(same(ours[key], theirs[key]) for key in theirs)


def test_documents_are_given_back_unharmed(documents):
    for case in documents:
        assert parse(case["input"]).to_dict() == case["input"]
