"""How exact and how fast the Parseq engine is, against sd-parseq itself.

    python -m benchmarks.parseq [--conformance DIR] [--original DIR] [--runs N]

Exactness is counted on the outside test data: 199 expressions (4 of them errors) and
17 documents. Speed is measured in the same run against the original under Node, on
the same documents, one after the other in turn, in CPU time of each process; a
*field-frame* is one field's value at one frame. Of ten seconds six documents are taken at
a time, as of the outside ones seventeen. Without ``--original``, a checkout of sd-parseq with
its packages installed (see ``parseq_original.mjs``), that half is left out.
"""

import argparse
import gzip
import json
import math
import statistics
import subprocess
import time
from pathlib import Path
from typing import Any

import numpy as np

from clavilux.core.errors import DocumentError
from clavilux.schedule.parseq.document.document import parse
from clavilux.schedule.parseq.evaluation.expression import evaluate_expression

HERE = Path(__file__).resolve().parent
CONFORMANCE = HERE.parents[1] / "shared" / "conformance"
TOLERANCE = 1e-9

VECTORISED = {
    "zoom": "1 + sin(p=4b, a=0.1)",
    "angle": 'bez(c="easeInOut3")',
    "translation_x": "tri(p=2s, a=3) * if (k < 1b) 1 else 0.5",
    "translation_y": "L * 2 - S + f * 0.01",
    "translation_z": "5 + sq(p=8b, a=2) * 3 ^ 0.5",
    "rotation_3d_x": "smrand(s=3, sm=20, min=-1, max=1)",
    "rotation_3d_y": 'if (info_match("kick")) 2 else slide(to=0, in=1b)',
    "rotation_3d_z": 'saw(p=3b) + pulse(p=1b, pw=3) + max(0, 1 - info_match_since("snare") / 10)',
    "strength": "min(0.9, max(0.2, 0.6 + perlin(s=1) * 0.1))",
    "noise": "round(0.08 + loud(f, 1) * 0.02, 4)",
}
STATEFUL = {
    "zoom": "prev_computed_value * 0.9 + 0.1 * sin(p=4b)",
    "angle": "rand(min=-1, max=1, seed=7, hold=5)",
    "translation_x": "vibe(s=2, p=20, min=-5, max=5)",
    "translation_z": "recompute_if(f % 10 == 0, rand(s=4))",
    "rotation_3d_y": "if (f % 24 == 0) 5 else prev_computed_value * 0.8",
    "strength": "max(0.3, computed_at(f - 1, 0.6) * 0.99)",
    "noise": "min(prev_computed_value + 0.001, 0.2)",
    "scale": "7 + prev_computed_value % 3",
}


def exercise(expressions: dict[str, str], n_frames: int, part: int = 0) -> dict[str, Any]:
    """Build a document of `n_frames` frames with a keyframe a second; parts differ in values."""
    keyframes: list[dict[str, Any]] = []
    for n, frame in enumerate(range(0, n_frames + 1, 30)):
        label = ("kick", "snare", "kick 2", "")[n % 4]
        values = {name: round(math.sin(n + i + part) * 3, 3) for i, name in enumerate(expressions)}
        keyframes.append({"frame": frame, "info": label, **values})
    keyframes[0].update({f"{name}_i": text for name, text in expressions.items()})
    points = [{"x": x, "y": math.sin(x / 500)} for x in range(0, n_frames * 33, 40)]
    return {
        "options": {"bpm": 120, "output_fps": 30, "cadence": 1},
        "managedFields": list(expressions),
        "prompts": {"positive": "aurora", "negative": "text"},
        "timeSeries": [{"alias": "loud", "ts": {"data": points, "timestampType": 1}}],
        "keyframes": keyframes,
    }


# Exactness ----------------------------------------------------------------------------------------


def report_exactness(folder: Path) -> list[dict[str, Any]]:
    """Print how many outside values come out the same; return the documents."""
    cases = json.loads((folder / "parseq_expressions.json").read_text())
    documents: list[dict[str, Any]] = json.loads(
        gzip.decompress((folder / "parseq_documents.json.gz").read_bytes())
    )
    right = sum(_expression_is_right(case, cases["context"]) for case in cases["cases"])
    errors = sum("error" in case for case in cases["cases"])
    print(f"expressions    {right} of {len(cases['cases'])} equal ({errors} of them error texts)")
    n_values = n_same = n_meta = n_reversed = 0
    for case in documents:
        rendered = parse(case["input"]).render()
        same, values = _compare(rendered.frames(), case["rendered_frames"])
        n_same, n_values = n_same + same, n_values + values
        n_meta += rendered.meta() == case["rendered_frames_meta"]
        if "rendered_frames_reversed_output" in case:
            backwards = case["rendered_frames_reversed_output"]
            same, values = _compare(rendered.reversed().frames(), backwards)
            n_reversed += same == values
    print(f"documents      {n_same} of {n_values} values of {len(documents)} documents equal")
    print(
        f"               {n_meta} documents' ranges equal; {n_reversed} of 1 reversed output equal"
    )
    print(f"               tolerance {TOLERANCE:g}; data: sd-parseq 0.1.112's own renderer")
    return documents


def _expression_is_right(case: dict[str, Any], context: dict[str, Any]) -> bool:
    try:
        values = evaluate_expression(
            case["formula"],
            frames=range(11),
            keyframes=context["definedFrames"],
            values=context["definedValues"],
            output_fps=context["FPS"],
            bpm=context["BPM"],
            cadence=context["cadence"],
        )
    except DocumentError as error:
        return str(error).removeprefix("Error: ") == case.get("error")
    expected = case.get("expected", ())
    return len(values) == len(expected) and all(map(_same, values, expected))


def _same(ours: object, theirs: object) -> bool:
    if isinstance(ours, (int, float)) and isinstance(theirs, (int, float)):
        return abs(ours - theirs) <= TOLERANCE * max(1, abs(theirs))
    if isinstance(ours, float) and not np.isfinite(ours):
        return theirs is None
    return ours == theirs


def _compare(ours: list[dict[str, Any]], theirs: list[dict[str, Any]]) -> tuple[int, int]:
    pairs = [
        (frame.get(name), value)
        for frame, other in zip(ours, theirs, strict=True)
        for name, value in other.items()
    ]
    return sum(_same(a, b) for a, b in pairs), len(pairs)


# Speed --------------------------------------------------------------------------------------------


class Original:
    """sd-parseq under Node, asked line by line."""

    def __init__(self, folder: Path) -> None:
        self._process = subprocess.Popen(
            ["node", str(HERE / "parseq_original.mjs"), str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def seconds(self, document: dict[str, Any]) -> float:
        """Render once; return its CPU time."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"time": document, "runs": 1}) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        return float(answer["cpu_s"][0])


def our_seconds(document: dict[str, Any]) -> float:
    """Render once, every column that the original computes included; return the CPU time."""
    loaded = parse(document)
    start = time.process_time()
    rendered = loaded.render()
    for name in rendered.names:
        rendered.column(name)
    rendered.meta()
    return time.process_time() - start


def report_speed(workloads: dict[str, list[dict[str, Any]]], original: Original, runs: int) -> None:
    """Print field-frames per second of both, alternated."""
    print(
        f"speed          CPU time, median of {runs} runs after 2 to warm up, ours and Node in turn"
    )
    for name, documents in workloads.items():
        n_values = sum(_field_frames(document) for document in documents)
        ours: list[float] = []
        theirs: list[float] = []
        for _ in range(runs + 2):
            ours.append(sum(map(our_seconds, documents)))
            theirs.append(sum(map(original.seconds, documents)))
        us, them = statistics.median(ours[2:]), statistics.median(theirs[2:])
        print(
            f"  {name:<34} {n_values:>7} field-frames: "
            f"ours {n_values / us / 1e6:6.2f} M/s, original {n_values / them / 1e6:6.3f} M/s, "
            f"{them / us:6.1f} times as fast"
        )


def _field_frames(document: dict[str, Any]) -> int:
    loaded = parse(document)
    return len(loaded.managed_fields) * loaded.n_frames


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--conformance", type=Path, default=CONFORMANCE)
    parser.add_argument("--original", type=Path, help="a checkout of sd-parseq, packages installed")
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    conformance = report_exactness(arguments.conformance)
    if arguments.original is None:
        print("speed          not measured: give --original DIR, a checkout of sd-parseq")
        return
    workloads = {
        "outside documents": [case["input"] for case in conformance],
        "vectorised, 10 fields, 6 of 10 s": [exercise(VECTORISED, 300, part) for part in range(6)],
        "vectorised, 10 fields, 1 minute": [exercise(VECTORISED, 1800)],
        "with state, 8 fields, 6 of 10 s": [exercise(STATEFUL, 300, part) for part in range(6)],
        "with state, 8 fields, 1 minute": [exercise(STATEFUL, 1800)],
    }
    report_speed(workloads, Original(arguments.original), arguments.runs)


if __name__ == "__main__":
    main()
