"""Prompts: the text for each frame, from prompts that come and go and hold expressions.

Three forms of prompts in (one pair of texts; a list; version 2 with a common
prompt), one text a frame out, as Deforum reads it: the positive, then ``--neg`` and
the negative.
"""

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clavilux.core.errors import DocumentError
from clavilux.schedule.parseq.evaluation import columns, frames
from clavilux.schedule.parseq.evaluation.scene import Fault, ParseqError, Scene, Slow
from clavilux.schedule.parseq.javascript import values as js
from clavilux.schedule.parseq.javascript.values import (
    SPACE,
    UNDEFINED,
    is_truthy,
    to_fixed,
    to_number,
    to_precision,
)
from clavilux.schedule.parseq.language.parser import ParseqSyntaxError, parse_expression

MAX_TEXT = 100_000
"""Characters in one prompt."""
MAX_PROMPTS = 1_000
MAX_ALL_TEXTS = 40_000_000
"""Characters in the prompts of all frames, those that repeat counted once."""
EXPRESSION = re.compile(r"\$\{(.*?)\}", re.DOTALL)
_MOVED = re.compile(r"__PARSEQ_MOVE__(.*?)__PARSEQ_END_MOVE__")
_MARK = "__PARSEQ_MOVE__"
_SUBSTITUTE = re.compile(r"\$([$&`'])")

Texts = Sequence[str]
"""One text a frame."""


@dataclass(frozen=True, eq=False)
class Prompts:
    """All prompts of a document."""

    is_enabled: bool
    prompts: list[dict[str, Any]]
    common: Any
    position: Any
    """Where the common prompt goes: append, prepend or template."""

    @classmethod
    def from_document(cls, raw: Any, last_frame: float) -> "Prompts":
        """Read any of the three forms.

        Raises:
            DocumentError: It is none of them.
        """
        if isinstance(raw, dict) and raw.get("format") == "v2":
            enabled = "enabled" not in raw or is_truthy(raw["enabled"])
            return cls(
                enabled,
                _checked(raw.get("promptList", [])),
                raw.get("commonPrompt", UNDEFINED),
                raw.get("commonPromptPos", "append"),
            )
        common = {"positive": "", "negative": ""}
        if isinstance(raw, list):
            prompts = _checked(raw)
            said = prompts[0].get("enabled") if prompts else None
            return cls(said is None or is_truthy(said), prompts, common, "append")
        simple = raw if isinstance(raw, dict) else {"positive": "", "negative": ""}
        only = {
            **({"positive": simple["positive"]} if "positive" in simple else {}),
            **({"negative": simple["negative"]} if "negative" in simple else {}),
            "allFrames": True, "from": 0, "to": last_frame, "overlap": {"type": "none"},
        }  # fmt: skip
        return cls(True, _checked([only]), common, "append")

    def render(self, scene: Scene) -> list[str]:
        """Return the prompt of every frame of a scene.

        Raises:
            ParseqError: A prompt cannot be evaluated; the message is the original's.
        """
        try:
            return _Rendering(self, scene).run()
        except _Failure as failure:
            where = f"Error parsing prompt on frame {js.number_text(failure.frame)}"
            fault = failure.fault
            raise ParseqError(f"{where}: {fault}", f"{where}: {fault.plain}") from None


def _checked(prompts: Any) -> list[dict[str, Any]]:
    if not isinstance(prompts, list) or not all(isinstance(p, dict) for p in prompts):
        raise DocumentError(
            "prompts must be an object, or a list of objects with positive and negative"
        )
    if len(prompts) > MAX_PROMPTS:
        raise DocumentError(f"there are {len(prompts)} prompts; at most {MAX_PROMPTS} are read")
    for i, prompt in enumerate(prompts):
        for half in ("positive", "negative"):
            if len(str(prompt.get(half, ""))) > MAX_TEXT:
                raise DocumentError(f"prompt {i}: {half} has more than {MAX_TEXT} characters")
    return prompts


At = str | Callable[[int], str]
"""A text, or what gives it at the frame with an index."""
Weight = str | Callable[[float], str]
"""A text that may hold an expression, or what gives one at a frame."""


class _Failure(Exception):  # noqa: N818
    """Evaluation failed at a frame."""

    def __init__(self, frame: float, fault: Fault) -> None:
        super().__init__(str(fault))
        self.frame = frame
        self.fault = fault


class _Rendering:
    """One run over all frames; texts with expressions are prepared once."""

    def __init__(self, prompts: Prompts, scene: Scene) -> None:
        self.prompts = prompts
        self.scene = scene
        self.frames = scene.frames.tolist()
        self.last_frame = self.frames[-1]
        self.prepared: dict[tuple[str, bool | None], Callable[[int], str]] = {}
        self.combined: dict[tuple[int, bool], Any] = {}

    def run(self) -> list[str]:
        out: list[str] = []
        n_characters = 0
        for start, stop, shown in self._spans():
            try:
                text_at = self._text_of(shown)
                if isinstance(text_at, str):
                    out.extend([text_at] * (stop - start))
                    n_characters += len(text_at)
                    self._check(n_characters, start)
                    continue
                for i in range(start, stop):
                    out.append(text_at(i))
                    n_characters += len(out[-1])
                    self._check(n_characters, i)
            except Fault as fault:
                raise _Failure(self.frames[len(out)], fault) from None
        return out

    def _check(self, n_characters: int, i: int) -> None:
        if n_characters > MAX_ALL_TEXTS:
            raise DocumentError(
                f"the prompts have more than {MAX_ALL_TEXTS} characters by frame {i}; shorten them"
            )

    def _spans(self) -> Iterator[tuple[int, int, tuple[int, ...]]]:
        """Return from which frame to which what prompts are shown."""
        n, everywhere = len(self.frames), tuple(range(len(self.prompts.prompts)))
        if all(is_truthy(p.get("allFrames", UNDEFINED)) for p in self.prompts.prompts):
            yield 0, n, everywhere
            return
        active = np.array([self._active(prompt) for prompt in self.prompts.prompts], dtype=bool)
        changes = np.flatnonzero(np.any(np.diff(active, axis=1), axis=0)) + 1
        for start, stop in itertools.pairwise([0, *changes.tolist(), n]):
            yield start, stop, tuple(i for i in everywhere if active[i, start])

    def _active(self, prompt: dict[str, Any]) -> NDArray[np.bool_]:
        if is_truthy(prompt.get("allFrames", UNDEFINED)):
            return np.ones(len(self.frames), dtype=bool)
        start, end = (_number(prompt.get(key, UNDEFINED)) for key in ("from", "to"))
        return (start <= self.scene.frames) & (self.scene.frames <= end)

    def _text_of(self, shown: tuple[int, ...]) -> At:
        """Return the text of some prompts together."""
        # The original makes all texts first and evaluates them after.
        unevaluated = []
        for n in shown:
            texts = self._combined(n, True), self._combined(n, False)
            unevaluated.append((*texts, _weight(self.prompts.prompts[n], self.last_frame, n)))
        parts = [
            (self._evaluated(plus, True), self._evaluated(minus, False), self._weight_at(weight))
            for plus, minus, weight in unevaluated
        ]
        if all(isinstance(half, str) for part in parts for half in part):
            return _joined(parts)  # type: ignore[arg-type]
        return lambda i: _joined(
            [tuple(half if isinstance(half, str) else half(i) for half in part) for part in parts]
        )

    def _weight_at(self, weight: Weight) -> At:
        if isinstance(weight, str):
            return self._evaluated(weight, None)
        frames = self.frames
        return lambda i: weight(frames[i])

    def _combined(self, n: int, positive: bool) -> Any:
        """Join a prompt with the common prompt."""
        key = n, positive
        if key not in self.combined:
            half = "positive" if positive else "negative"
            self.combined[key] = _join(
                self.prompts.prompts[n].get(half, UNDEFINED),
                self.prompts.common,
                half,
                self.prompts.position,
            )
        return self.combined[key]

    def _evaluated(self, text: Any, positive: bool | None) -> At:
        """Replace the expressions of a text."""
        if not isinstance(text, str):
            half = {True: "positive", False: "negative", None: "weight's"}[positive]
            if text is UNDEFINED or text is None:
                what = f"TypeError: Cannot read properties of {js.to_string(text)}"
                plain = f"a prompt lacks its {half} text; write an empty one, '', for none"
                return _raising(Fault(f"{what} (reading 'replace')", plain))
            plain = f"the {half} text of a prompt is not text"
            return _raising(Fault("TypeError: str.replace is not a function", plain))
        if "${" not in text:
            return text.replace("\n", " ")
        key = text, positive
        if key not in self.prepared:
            self.prepared[key] = self._prepare(text, positive)
        return self.prepared[key]

    def _prepare(self, text: str, positive: bool | None) -> Callable[[int], str]:
        pieces = EXPRESSION.split(text)
        self.scene.is_positive = positive
        expressions = [self._expression(piece) for piece in pieces[1::2]]

        def at(i: int) -> str:
            self.scene.is_positive = positive
            out = [pieces[0]]
            for expression, literal in zip(expressions, pieces[2::2], strict=True):
                out += [expression(i), literal]
            return "".join(out).replace("\n", " ")

        return at

    def _expression(self, text: str) -> Callable[[int], str]:
        try:
            tree = parse_expression(text)
        except ParseqSyntaxError as error:
            return _raising(Fault(error.original, str(error)))
        view = self.scene.view()
        try:
            values = columns.evaluate(tree, view)
        except (Slow, Fault):
            evaluate = frames.evaluate(tree, view)
            return lambda i: _shown(evaluate(i))
        if isinstance(values, str):
            return lambda i: values
        if np.ndim(values) == 0:
            fixed = to_fixed(float(values), 5)
            return lambda i: fixed
        texts = [to_fixed(value, 5) for value in values.tolist()]
        return texts.__getitem__


def _raising(fault: Fault) -> Callable[[int], str]:
    def at(i: int) -> str:
        raise fault

    return at


def _shown(value: js.Value) -> str:
    return to_fixed(value, 5) if isinstance(value, float) else js.to_string(value)


def _number(value: Any) -> float:
    return float("nan") if value is UNDEFINED else to_number(value)


def _join(text: Any, common: Any, half: str, position: Any) -> Any:
    if not isinstance(common, dict):
        raise Fault(
            f"TypeError: Cannot read properties of {js.to_string(common)} (reading '{half}')",
            "the prompts lack commonPrompt; expected an object with positive and negative",
        )
    other = common.get(half, UNDEFINED)
    if position == "append":
        return f"{js.to_string(text)} {js.to_string(other)}".strip(SPACE)
    if position == "prepend":
        return f"{js.to_string(other)} {js.to_string(text)}".strip(SPACE)
    if position != "template":
        return UNDEFINED
    if not isinstance(other, str):
        raise Fault(
            f"TypeError: Cannot read properties of {js.to_string(other)} (reading 'trim')",
            f"commonPrompt lacks its {half} text; write an empty one, '', for none",
        )
    if not other.strip(SPACE):
        return text
    pieces = other.split("[prompt]")
    out = pieces[0]
    for n, piece in enumerate(pieces[1:], start=1):
        before, after = "[prompt]".join(pieces[:n]), "[prompt]".join(pieces[n:])
        out += _substituted(js.to_string(text), before, after) + piece
    return out


def _substituted(text: str, before: str, after: str) -> str:
    """Expand what JavaScript's replace expands in a replacement: $$, $&, $` and $'."""
    parts = {"$": "$", "&": "[prompt]", "`": before, "'": after}
    return _SUBSTITUTE.sub(lambda match: parts[match[1]], text) if "$" in text else text


def _joined(parts: Sequence[tuple[str, ...]]) -> str:
    """Join positives, negatives and weights of prompts as Deforum reads them."""
    positives, negatives = [], []
    for plus, minus, weight in parts:
        if _MARK in plus or _MARK in minus:
            plus, minus = _move(plus, minus)
            minus, plus = _move(minus, plus)
        weighted = f": {weight}" if len(parts) > 1 else ""
        positives.append(plus + weighted)
        negatives.append(minus + weighted)
    negative = " AND ".join(negatives)
    return " AND ".join(positives) + (f" --neg {negative}" if negative else "")


def _move(source: str, target: str) -> tuple[str, str]:
    """Move the marked terms of one text to the start of the other."""
    for match in list(_MOVED.finditer(source)):
        source = source.replace(match[0], "", 1)
        target = f" {match[1]} {target}"
    return source, target


def _weight(prompt: dict[str, Any], last_frame: float, number: int) -> Weight:
    """Return a prompt's weight, as text that may hold an expression."""
    overlap = prompt.get("overlap", UNDEFINED)
    if not isinstance(overlap, dict):
        if overlap is UNDEFINED or overlap is None:
            raise Fault(
                f"TypeError: Cannot read properties of {js.to_string(overlap)} (reading 'type')",
                f'prompt {number} lacks overlap; write "overlap": {{"type": "none"}}, '
                "which `schedule check --fix` does",
            )
        return "1"
    if overlap.get("type") == "custom":
        return "${" + js.to_string(overlap.get("custom", UNDEFINED)) + "}"
    if overlap.get("type") != "linear":
        return "1"
    everywhere = is_truthy(prompt.get("allFrames", UNDEFINED))
    start = 0.0 if everywhere else _js(prompt.get("from", UNDEFINED))
    end = last_frame if everywhere else _js(prompt.get("to", UNDEFINED))
    fade_in, fade_out = (_js(overlap.get(key, UNDEFINED)) for key in ("inFrames", "outFrames"))
    return _fading(_number(start), fade_in, _number(_sum(start, fade_in)), _number(end), fade_out)


def _fading(
    start: float, fade_in: js.Value, ends: float, end: float, fade_out: js.Value
) -> Callable[[float], str]:
    rises, rise = is_truthy(fade_in), _number(fade_in)
    falls, fall = is_truthy(fade_out), _number(fade_out)

    def at(frame: float) -> str:
        if rises and frame < ends:
            return to_precision(js.divide(frame - start, rise), 4)
        if falls and frame > end - fall:
            return to_precision(1 - js.divide(frame - (end - fall), fall), 4)
        return "1"

    return at


def _js(value: Any) -> js.Value:
    return value if isinstance(value, (str, js.Undefined)) else to_number(value)


def _sum(a: js.Value, b: js.Value) -> js.Value:
    if isinstance(a, js.Undefined) or isinstance(b, js.Undefined):
        return float("nan")
    return js.add(a, b)
