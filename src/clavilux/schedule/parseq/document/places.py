"""Places: every expression of a document, wherever it stands."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from clavilux.schedule.parseq.document.prompts import EXPRESSION
from clavilux.schedule.parseq.javascript.values import is_truthy, to_string

Keys = tuple[str | int, ...]
"""Where in the document something stands: keys and indices from its top."""


@dataclass(frozen=True, slots=True)
class Expression:
    """One expression of a document and where it stands."""

    place: str
    path: Keys
    text: str
    whole: str
    """The text it is a part of; the same, or a prompt."""
    in_prompt: bool


def expressions(content: dict[str, Any]) -> list[Expression]:
    """Return every expression of a document: of keyframes, prompts and prompts' weights."""
    found: list[Expression] = []
    keyframes = content.get("keyframes")
    for i, keyframe in enumerate(keyframes if isinstance(keyframes, list) else []):
        if not isinstance(keyframe, dict):
            continue
        for key, value in keyframe.items():
            if key.endswith("_i") and is_truthy(value):
                text = to_string(value)
                place = f"keyframe at frame {keyframe.get('frame')}, {key}"
                found.append(Expression(place, ("keyframes", i, key), text, text, False))
    for place, path, text in _texts(content):
        if path[-1] == "custom":
            found.append(Expression(place, path, text, text, True))
            continue
        for match in EXPRESSION.finditer(text):
            found.append(Expression(place, path, match[1], text, True))
    return found


def _texts(content: dict[str, Any]) -> Iterator[tuple[str, Keys, str]]:
    """Return every text of the prompts, and the weights that count."""
    prompts = content.get("prompts")
    listed: list[tuple[str, Keys, Any]] = []
    if isinstance(prompts, list):
        listed = [(f"prompt {i}", ("prompts", i), prompt) for i, prompt in enumerate(prompts)]
    elif isinstance(prompts, dict) and prompts.get("format") == "v2":
        many = prompts.get("promptList")
        listed = [
            (f"prompt {i}", ("prompts", "promptList", i), prompt)
            for i, prompt in enumerate(many if isinstance(many, list) else [])
        ]
        listed.append(
            ("the common prompt", ("prompts", "commonPrompt"), prompts.get("commonPrompt"))
        )
    elif isinstance(prompts, dict):
        listed = [("the prompt", ("prompts",), prompts)]
    for place, path, prompt in listed:
        if not isinstance(prompt, dict):
            continue
        for half in ("positive", "negative"):
            if isinstance(prompt.get(half), str):
                yield f"{place}, {half}", (*path, half), prompt[half]
        overlap = prompt.get("overlap")
        if (
            isinstance(overlap, dict)
            and overlap.get("type") == "custom"
            and path[-1] != "commonPrompt"
        ):
            yield f"{place}, weight", (*path, "overlap", "custom"), str(overlap.get("custom"))
