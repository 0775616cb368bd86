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
from clavilux.schedule.parseq import columns, frames, js
from clavilux.schedule.parseq.js import (
    SPACE,
    UNDEFINED,
    is_truthy,
    to_fixed,
    to_number,
    to_precision,
)
from clavilux.schedule.parseq.parser import ParseqSyntaxError, parse_expression
from clavilux.schedule.parseq.scene import Fault, ParseqError, Scene, Slow

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
        """Give the prompt of every frame of a scene.

        Raises:
            ParseqError: A prompt cannot be evaluated; the message is the original's.
        """
        try:
            return _Rendering(self, scene).run()
        except _Failure as failure:
            raise ParseqError(
                f"Error parsing prompt on frame {js.number_text(failure.frame)}: {failure.reason}"
            ) from None


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


class _Failure(Exception):  # noqa: N818
    """Evaluation failed at a frame."""

    def __init__(self, frame: float, reason: str) -> None:
        super().__init__(reason)
        self.frame = frame
        self.reason = reason


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
                for i in range(start, stop):
                    out.append(self._text(shown, i, self.frames[i]))
                    n_characters += len(out[-1])
                    if n_characters > MAX_ALL_TEXTS:
                        raise DocumentError(
                            f"the prompts have more than {MAX_ALL_TEXTS} characters by frame {i}; "
                            "shorten them"
                        )
                    if i == start and self._is_constant(shown):
                        out.extend(out[-1:] * (stop - start - 1))
                        break
            except Fault as fault:
                raise _Failure(self.frames[len(out)], str(fault)) from None
        return out

    def _spans(self) -> Iterator[tuple[int, int, tuple[int, ...]]]:
        """Give from which frame to which what prompts are shown."""
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

    def _is_constant(self, shown: tuple[int, ...]) -> bool:
        """Whether these prompts hold no expression and no weight that moves."""
        for n in shown:
            prompt = self.prompts.prompts[n]
            overlap = prompt.get("overlap")
            if not isinstance(overlap, dict) or overlap.get("type") in ("linear", "custom"):
                return False
            for positive in (True, False):
                text = self._combined(n, positive)
                if not isinstance(text, str) or "${" in text or _MARK in text:
                    return False
        return True

    def _text(self, shown: tuple[int, ...], i: int, frame: float) -> str:
        # The original makes all texts first and evaluates them after.
        unevaluated = []
        for n in shown:
            texts = self._combined(n, True), self._combined(n, False)
            unevaluated.append((*texts, _weight(self.prompts.prompts[n], frame, self.last_frame)))
        parts = []
        for positive, negative, weight in unevaluated:
            plus, minus = self._evaluated(positive, True, i), self._evaluated(negative, False, i)
            if _MARK in plus or _MARK in minus:
                plus, minus = _move(plus, minus)
                minus, plus = _move(minus, plus)
            parts.append((plus, minus, self._evaluated(weight, None, i)))
        many = len(parts) > 1
        positives, negatives = (
            " AND ".join(part[half] + (f": {part[2]}" if many else "") for part in parts)
            for half in (0, 1)
        )
        return f"{positives} --neg {negatives}" if negatives else positives

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

    def _evaluated(self, text: Any, positive: bool | None, i: int) -> str:
        """Replace the expressions of a text at a frame."""
        if not isinstance(text, str):
            if text is UNDEFINED or text is None:
                raise Fault(
                    f"TypeError: Cannot read properties of {js.to_string(text)} (reading 'replace')"
                )
            raise Fault("TypeError: str.replace is not a function")
        if "${" not in text:
            return text.replace("\n", " ")
        key = text, positive
        if key not in self.prepared:
            self.prepared[key] = self._prepare(text, positive)
        return self.prepared[key](i)

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
            return _raising(Fault(error.original))
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
            f"TypeError: Cannot read properties of {js.to_string(common)} (reading '{half}')"
        )
    other = common.get(half, UNDEFINED)
    if position == "append":
        return f"{js.to_string(text)} {js.to_string(other)}".strip(SPACE)
    if position == "prepend":
        return f"{js.to_string(other)} {js.to_string(text)}".strip(SPACE)
    if position != "template":
        return UNDEFINED
    if not isinstance(other, str):
        raise Fault(f"TypeError: Cannot read properties of {js.to_string(other)} (reading 'trim')")
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


def _move(source: str, target: str) -> tuple[str, str]:
    """Move the marked terms of one text to the start of the other."""
    for match in list(_MOVED.finditer(source)):
        source = source.replace(match[0], "", 1)
        target = f" {match[1]} {target}"
    return source, target


def _weight(prompt: dict[str, Any], frame: float, last_frame: float) -> str:
    """Give a prompt's weight at a frame, as text that may hold an expression."""
    overlap = prompt.get("overlap", UNDEFINED)
    if not isinstance(overlap, dict):
        if overlap is UNDEFINED or overlap is None:
            raise Fault(
                f"TypeError: Cannot read properties of {js.to_string(overlap)} (reading 'type')"
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
    if is_truthy(fade_in) and js.less(frame, _sum(start, fade_in)):
        share = js.divide(frame - _plain(start), _plain(fade_in))
        return to_precision(share, 4)
    begins = _plain(end) - _plain(fade_out)
    if is_truthy(fade_out) and frame > begins:
        return to_precision(1 - js.divide(frame - begins, _plain(fade_out)), 4)
    return "1"


def _js(value: Any) -> js.Value:
    return value if isinstance(value, (str, js.Undefined)) else to_number(value)


def _plain(value: js.Value) -> float:
    return _number(value)


def _sum(a: js.Value, b: js.Value) -> js.Value:
    if isinstance(a, js.Undefined) or isinstance(b, js.Undefined):
        return float("nan")
    return js.add(a, b)
