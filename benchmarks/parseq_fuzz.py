"""Random documents rendered by our engine and by sd-parseq itself, compared value for value.

    python -m benchmarks.parseq_fuzz --original DIR [--documents N] [--seed S]

Documents use every function, unit, operator and form of prompts, with labels, time
series, blanks and texts for numbers. A line is printed for each that differs, and the
count of those that agree: numbers within 1e-9, texts and error messages equal.
"""

import argparse
import json
import random
import subprocess
from pathlib import Path
from typing import Any

from clavilux.core.errors import DocumentError
from clavilux.schedule.parseq.document.document import parse
from clavilux.schedule.parseq.evaluation.calls import FUNCTIONS
from clavilux.schedule.parseq.evaluation.easing import PRESETS
from clavilux.schedule.parseq.evaluation.library import Parameter

HERE = Path(__file__).resolve().parent
TOLERANCE = 1e-9
FIELDS = ("seed", "zoom", "angle", "prompt_weight_1", "prompt_weight_2", "translation_z", "own")
CURVES = [*PRESETS, "bounce"]
PATTERNS = ("kick", "^k", "k.*1$", "[sk]n?", "(a|b)+c", r"\d+", ".", "", "snare|kick", "x{2,3}",
            "(?=k)k", r"\bsn", "[^a-z]")  # fmt: skip
WRONG_PATTERNS = ("(", "a**", "[z-a]", "x{3,2}")
VARIABLES = [
    "f",
    "s",
    "b",
    "wb",
    "k",
    "L",
    "P",
    "C",
    "fps",
    "bpm",
    "cadence",
    "final_frame",
    "last_frame",
    "active_keyframe",
    "prev_keyframe",
    "next_keyframe",
    "PI",
    "E",
    "SQRT2",
    "LN2",
    "LOG10E",
    "ts1",
    "ts2",
    "true",
    "false",
]
OWN = ("S", "prev_computed_value", "active_keyframe_value", "next_keyframe_value")
RAW = [
    "abs",
    "_sin",
    "_cos",
    "_tan",
    "_asin",
    "_acos",
    "_atan",
    "_log",
    "_exp",
    "_sqrt",
    "_cbrt",
    "_clz32",
    "_expm1",
    "_log1p",
    "_log10",
    "_log2",
    "_sign",
    "_sinh",
    "_cosh",
    "_tanh",
    "_asinh",
    "_acosh",
    "_atanh",
    "f2b",
    "f2s",
    "b2f",
    "s2f",
]
SEARCHES = ("", "_count", "_prev", "_next", "_gap", "_progress", "_since", "_until")
USUAL = sorted({*FUNCTIONS} - {"posneg", "posneg_lora", "computed_at"})
WORDS = {
    "curve": [*PRESETS, ""],
    "round": ["u", "d", "r"],
    "name": [*FIELDS, "frame"],
    "default": ["", "3", "abc"],
}
OPERATORS = (
    "+",
    "-",
    "*",
    "/",
    "%",
    "^",
    ">",
    "<",
    "<=",
    ">=",
    "==",
    "!=",
    " and ",
    " or ",
    "&&",
    "||",
)


class Writer:
    """Writes random documents."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.managed: list[str] = []
        """The fields of the document that is being written."""

    def one_of(self, choices: Any) -> Any:
        return self.random.choice(choices)

    def number(self) -> str:
        if self.random.random() < 0.25:
            return str(self.one_of(("1s", "2s", "0.5s", "1b", "2b", "0.25b", "4f")))
        if self.random.random() < 0.5:
            return str(self.random.randint(0, 30))
        if self.random.random() < 0.01:
            return str(self.one_of((".5b", "3.f", "2 s", "1e3", "007", "1.2.3", "99999999999")))
        return f"{self.random.uniform(0, 5):.{self.random.randint(1, 4)}f}"

    def expression(self, depth: int, in_prompt: bool = False) -> str:
        """Write an expression of about `depth` levels."""
        pick = self.random.random()
        if depth <= 0 or pick < 0.12:
            return self.number()

        def inner() -> str:
            return self.expression(depth - 1, in_prompt)

        if pick < 0.34:
            more = (*self.managed, *self.managed) if in_prompt else OWN
            return str(self.one_of((*VARIABLES, *more)))
        if pick < 0.52:
            text = f"{inner()}{self.one_of((' ', ''))}{self.one_of(OPERATORS)} {inner()}"
            return f"({text})" if self.random.random() < 0.5 else text
        if pick < 0.57:
            return f"-({inner()})"
        if pick < 0.64:
            return f"if ({inner()}) {inner()} else {inner()}"
        if pick < 0.74:
            return self.call(depth, in_prompt)
        if pick < 0.8:
            return self.any_call(depth, in_prompt)
        if pick < 0.86:
            return f"{self.one_of(('min', 'max'))}({inner()}, {inner()})"
        if pick < 0.93:
            places = self.one_of(("", ", 2", ", 1", ", " + self.number()))
            return f"{self.one_of(('round', 'floor', 'ceil'))}({inner()}{places})"
        return f"{self.one_of(RAW)}({inner()})"

    def named(self, names: tuple[str, ...], depth: int, in_prompt: bool) -> list[str]:
        chosen = self.random.sample(names, self.random.randint(0, min(3, len(names))))
        return [f"{name}={self.expression(depth - 1, in_prompt)}" for name in chosen]

    def call(self, depth: int, in_prompt: bool) -> str:
        """Write a call of a function with a meaning of its own."""

        def given(first: str, *names: str) -> str:
            return ", ".join([first, *self.named(names, depth, in_prompt)])

        wrong = self.random.random() < 0.02
        pattern = json.dumps(self.one_of(WRONG_PATTERNS if wrong else PATTERNS))
        curve = f"c={json.dumps(self.one_of(CURVES))}"
        inner = self.expression(depth - 1, in_prompt)
        calls = [
            f"{self.one_of(('sin', 'sq', 'saw', 'tri', 'pulse'))}"
            f"({given(f'p={self.number()}', 'ps', 'a', 'c', 'li', 'pw')})",
            f"rand({given('s=' + self.number().rstrip('sbf'), 'min', 'max', 'h')})",
            f"{self.one_of(('smrand', 'perlin'))}({given('s=7', 'sm', 'min', 'max', 'y')})",
            f"info_match{self.one_of(SEARCHES)}({pattern})",
            f"recompute_if({inner}, {self.expression(depth - 1, in_prompt)})",
            f'dangerous("{self.one_of((*FIELDS, "frame"))}"{self.one_of(("", ", f-1", ", 3"))})',
            self.one_of(("start_of_beat()", 'start_of_beat(f+3, "d")', "is_generation()")),
            f"ts{self.one_of((1, 2))}({inner}{self.one_of(('', ', 1'))})",
        ]  # fmt: skip
        if in_prompt:
            calls.append(f'posneg("t", {inner})')
        else:
            calls += [
                f"bez({given(curve, 'from', 'to', 'in', 'os', 'd')})",
                f"slide({given('os=2', 'from', 'to', 'in')})",
                f"vibe({given('s=3', 'p', 'pmin', 'pmax', 'min', 'max')})",
                self.one_of(("computed_at(f-1)", "computed_at()", f"computed_at({self.number()})")),
            ]
        return str(self.one_of(calls))

    def any_call(self, depth: int, in_prompt: bool) -> str:
        """Write a call of any function by any of its arguments' names, or by position."""
        name = self.one_of([*FUNCTIONS, "nosuch"] if self.random.random() < 0.03 else USUAL)
        parameters = FUNCTIONS[name].parameters if name in FUNCTIONS else ()
        needed = [p for p in parameters if p.default is None or "seed" in p.names]
        last = max((parameters.index(p) for p in needed), default=-1) + 1
        if self.random.random() < 0.4:
            n = self.random.randint(last, len(parameters))
            given = [self.argument(p, depth, in_prompt) for p in parameters[:n]]
            return f"{name}({', '.join(given)})"
        chosen = self.random.sample(parameters, self.random.randint(0, len(parameters)))
        chosen += [p for p in needed if p not in chosen]
        named = [(self.one_of(p.names), self.argument(p, depth, in_prompt)) for p in chosen]
        return f"{name}({', '.join(f'{said}={value}' for said, value in named)})"

    def argument(self, parameter: Parameter, depth: int, in_prompt: bool) -> str:
        """Write an argument of a function."""
        if parameter.type == "string":
            return json.dumps(self.one_of(WORDS.get(parameter.names[0], PATTERNS)))
        if "seed" in parameter.names:
            return str(self.one_of(("1", "0.5", "-3", "12345.678", "f", "S")))
        if parameter.names[0] in ("x1", "x2"):
            return str(self.one_of(("0", "1", "0.25", "0.6")))
        return self.expression(depth - 1, in_prompt)

    def text(self) -> str:
        """Write a prompt."""

        def piece() -> str:
            inner = self.expression(2, True)
            return str(self.one_of((
                "a cat ", "dog\n", " --x ", "[prompt]", "$& ", "$$", "é ", f"${{{inner}}}",
                f'${{"(w:" + {inner} + ")"}}', f'${{if ({inner}) "a-b" else "c"}}',
                f'${{"w":{inner}}}',
            )))  # fmt: skip

        return "".join(piece() for _ in range(self.random.randint(0, 4)))

    def prompt(self) -> dict[str, Any]:
        overlap = {
            "type": self.one_of(("none", "linear", "custom")),
            "inFrames": self.one_of((0, 3, 5)),
            "outFrames": self.one_of((0, 4)),
            "custom": self.one_of(("prompt_weight_1", "f/10", "-1", *self.managed)),
        }
        return {
            "positive": self.text(), "negative": self.text(), "overlap": overlap, "name": "p",
            "allFrames": self.random.random() < 0.4, "from": self.random.randint(0, 10),
            "to": self.random.randint(5, 40),
        }  # fmt: skip

    def prompts(self) -> Any:
        form = self.random.random()
        if form < 0.2:
            return {"positive": self.text(), "negative": self.text()}
        listed = [self.prompt() for _ in range(self.random.randint(1, 3))]
        if form < 0.4:
            return listed
        place = self.one_of(("append", "prepend", "template"))
        return {"format": "v2", "enabled": self.random.random() < 0.9, "promptList": listed,
                "commonPrompt": self.prompt(), "commonPromptPos": place}  # fmt: skip

    def value(self) -> Any:
        if self.random.random() < 0.75:
            return round(self.random.uniform(-5, 10), self.random.randint(0, 3))
        return self.one_of(("", "2", "0.5", None, "abc", " ", True, 1e-7, 1234567.891, 0))

    def frames(self) -> list[float]:
        """Choose keyframes' frames: seldom twice the same, between two frames, or out of order."""
        last = self.one_of((5, 12, 30, 60))
        between = [self.random.randint(1, last - 1) for _ in range(self.random.randint(0, 6))]
        kind = self.random.random()
        if kind < 0.85:
            return sorted({0, last, *between})
        if kind < 0.9:
            return [0, *sorted(between), last]
        if kind < 0.95:
            return sorted({0, last, *(frame + self.one_of((0, 0.5)) for frame in between)})
        return self.random.sample([0, last, *between], len(between) + 2)

    def series(self) -> dict[str, Any]:
        """Write the points of a time series."""
        n = self.one_of((0, 1, 2, 8, 40))
        apart = self.one_of((1, 3, 40, 200))
        points: list[dict[str, Any]] = [
            {"x": i * apart + self.random.random(), "y": self.random.uniform(-1, 1)}
            for i in range(n)
        ]
        if points and self.random.random() < 0.2:
            self.one_of(points)["y"] = self.one_of((None, 0))
        if self.random.random() < 0.1:
            self.random.shuffle(points)
        return {"data": points, "timestampType": self.one_of((0, 1))}

    def document(self) -> dict[str, Any]:
        """Write a document."""
        managed = self.managed = self.random.sample(FIELDS, self.random.randint(1, 5))
        keyframes = []
        for frame in self.frames():
            keyframe: dict[str, Any] = {"frame": frame}
            if self.random.random() < 0.5:
                keyframe["info"] = self.one_of(
                    ("kick", "snare 1", "kick1", "", "abc", None, "xx é")
                )
            for name in managed:
                if self.random.random() < 0.5:
                    keyframe[name] = self.value()
                if self.random.random() < (0.8 if frame == 0 else 0.15):
                    keyframe[f"{name}_i"] = self.expression(self.random.randint(1, 3))
            keyframes.append(keyframe)
        options = {
            "bpm": self.one_of((120, 140, "128", 97.5)), "cadence": self.one_of((1, 2, 3)),
            "output_fps": self.one_of((20, 24, "30", 29.97)),
        }  # fmt: skip
        for name in self.random.sample([*options], self.one_of((0, 0, 0, 1, 3))):
            del options[name]
        return {
            "prompts": self.prompts(), "keyframes": keyframes, "managedFields": managed,
            "timeSeries": [
                {"alias": "ts1", "ts": self.series()}, {"alias": "ts2", "ts": self.series()},
            ],
            "options": options, "reverseRender": self.random.random() < 0.3,
        }  # fmt: skip


def difference(document: dict[str, Any], answer: dict[str, Any]) -> str | None:
    """Return how our rendering differs from the original's answer; None if it doesn't."""
    try:
        rendered = parse(document).render()
    except DocumentError as error:
        theirs = answer.get("error")
        return None if theirs == str(error) else f"ours fails: {error}; theirs: {theirs}"
    if "error" in answer:
        return f"theirs fails: {answer['error']}"
    original = answer["rendered"]
    pairs = [(rendered, original["rendered_frames"])]
    if "reversed" in answer:
        pairs.append((rendered.reversed(), answer["reversed"]))
    for ours, theirs in pairs:
        found = _difference_in_frames(ours.frames(), theirs)
        if found is not None:
            return found
    meta = rendered.meta()
    for name, extent in original["rendered_frames_meta"].items():
        for key, value in extent.items():
            if not _same(meta[name][key], value):
                return f"range of {name}: ours {meta[name]}"
    return None


def _difference_in_frames(ours: list[dict[str, Any]], theirs: list[dict[str, Any]]) -> str | None:
    for one, other in zip(ours, theirs, strict=True):
        for name, value in other.items():
            if not _same(one.get(name), value):
                return f"frame {one['frame']}, {name}: ours {one.get(name)!r}, theirs {value!r}"
    return None


def _same(ours: Any, theirs: Any) -> bool:
    if isinstance(ours, (int, float)) and isinstance(theirs, (int, float)):
        return abs(ours - theirs) <= TOLERANCE * max(1, abs(theirs))
    return bool(ours == theirs)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--original", type=Path, required=True)
    parser.add_argument("--documents", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    command = ["node", str(HERE / "parseq_original.mjs"), str(arguments.original)]
    node = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert node.stdin is not None
    assert node.stdout is not None
    writer, agreed, failed = Writer(arguments.seed), 0, 0
    for number in range(arguments.documents):
        document = writer.document()
        node.stdin.write(json.dumps({"render": document}) + "\n")
        node.stdin.flush()
        answer = json.loads(node.stdout.readline())
        found = difference(document, answer)
        agreed += found is None
        failed += "error" in answer
        if found is not None:
            print(f"document {number}: {found[:400]}")
    of = f"{arguments.documents} documents agree ({failed} of them in their error text)"
    print(f"{agreed} of {of}; seed {arguments.seed}")


if __name__ == "__main__":
    main()
