"""Functions of the document: keyframes' labels, other frames and fields, prompt terms."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from clavilux.schedule.parseq.evaluation.library import Argument, Function, optional, required
from clavilux.schedule.parseq.evaluation.scene import Column, Fault, View
from clavilux.schedule.parseq.javascript.regex_graph import PatternError
from clavilux.schedule.parseq.javascript.values import to_fixed, to_number

_NAN = float("nan")
_PATTERN = required("regex", "r", type="string")
_ELSE = optional("default", "d", default=-1.0)


def _hits(view: View, pattern: str, side: str) -> NDArray[np.bool_]:
    """Return for each keyframe whether its label matches.

    What is wrong with a pattern or a label counts only once a label is looked at.
    """
    labels = view.scene.labels
    try:
        return labels.found(pattern)
    except (PatternError, Fault) as error:
        if len(view) == 1:
            reached = int(np.searchsorted(labels.frames, view.frame[0], side="right"))
            ranges = {
                "before": slice(0, reached),
                "after": slice(reached, None),
                "active": slice(max(reached - 1, 0), reached),
            }
            if all(info is None for info in labels.infos[ranges[side]]):
                return np.zeros(len(labels.infos), dtype=bool)
        if isinstance(error, PatternError):
            raise Fault(f"SyntaxError: {error}") from None
        raise Fault(
            str(error).replace("kf", "activeKeyFrame") if side == "active" else str(error)
        ) from None


def _previous(view: View, pattern: str) -> tuple[Column, NDArray[np.bool_]]:
    """Return the frame of the last match so far, and whether there is one."""
    matched = view.scene.labels.frames[_hits(view, pattern, "before")]
    index = matched.searchsorted(view.frame, side="right") - 1
    return _at(matched, np.maximum(index, 0)), index >= 0


def _next(view: View, pattern: str) -> tuple[Column, NDArray[np.bool_]]:
    """Return the frame of the next match, and whether there is one."""
    matched = view.scene.labels.frames[_hits(view, pattern, "after")]
    index = matched.searchsorted(view.frame, side="right")
    return _at(matched, np.minimum(index, len(matched) - 1)), index < len(matched)


def _at(frames: Column, index: NDArray[np.int64]) -> Column:
    if len(frames) == 0:
        return np.full(len(index), np.nan)
    return np.asarray(frames[index])


def _match(view: View, pattern: str) -> Argument:
    labels = view.scene.labels
    index = labels.frames.searchsorted(view.frame, side="right") - 1
    hits = _hits(view, pattern, "active")
    return np.where((index >= 0) & hits[np.maximum(index, 0)], 1.0, 0.0)


def _count(view: View, pattern: str) -> Argument:
    matched = view.scene.labels.frames[_hits(view, pattern, "before")]
    return matched.searchsorted(view.frame, side="right").astype(np.float64)


def _match_previous(view: View, pattern: str, default: Argument) -> Argument:
    frame, found = _previous(view, pattern)
    return np.where(found, frame, to_number(default))


def _match_next(view: View, pattern: str, default: Argument) -> Argument:
    frame, found = _next(view, pattern)
    return np.where(found, frame, default)


def _gap(view: View, pattern: str, default: Argument) -> Argument:
    before, found = _previous(view, pattern)
    after, follows = _next(view, pattern)
    return np.where(found & follows, after - before, default)


def _progress(view: View, pattern: str, default: Argument) -> Argument:
    before, found = _previous(view, pattern)
    after, follows = _next(view, pattern)
    return np.where(found & follows, (view.frame - before) / (after - before), default)


def _since(view: View, pattern: str, default: Argument) -> Argument:
    frame, found = _previous(view, pattern)
    return np.where(found, view.frame - frame, default)


def _until(view: View, pattern: str, default: Argument) -> Argument:
    frame, found = _next(view, pattern)
    return np.where(found, frame - view.frame, default)


_ABOUT_LAST = "Returns the frame number of the last keyframe that matched the regex, or -1 if none."
_LAST = Function(
    _ABOUT_LAST,
    (_PATTERN, optional("default", "d", default=-1.0, type="string")),
    _match_previous,
)

FUNCTIONS: dict[str, Function] = {
    "info_match": Function(
        "Returns 1 if the info label of the current keyframe matches the supplied regex, "
        "0 otherwise.",
        (_PATTERN,),
        _match,
    ),
    "info_match_count": Function(
        "Returns the number of keyframes that have info labels that matched the supplied regex "
        "so far.",
        (_PATTERN,),
        _count,
    ),
    "info_match_prev": _LAST,
    "info_match_last": _LAST,
    "info_match_next": Function(
        "Returns the frame number of the next keyframe that matched the regex, or -1 if none.",
        (_PATTERN, _ELSE),
        _match_next,
    ),
    "info_match_gap": Function(
        "Returns the number of frames between the previous and next match (equivalent to "
        "`info_match_next()-info_match_prev()`), or `-1` if not between matches.",
        (_PATTERN, _ELSE),
        _gap,
    ),
    "info_match_progress": Function(
        "Returns a number between 0 and 1 reprenting how far the current frame is along the gap "
        "between (equivalent to `(f-info_match_prev()/info_match_gap())`, or `-1` if not between "
        "matches.",
        (_PATTERN, _ELSE),
        _progress,
    ),
    "info_match_since": Function(
        "Returns the number of frames since the previous keyframe that matched the regex, or an "
        "overridable fallback defaulting to `-1` if no next match. Equivalent to "
        "`f-info_match_prev()`.",
        (_PATTERN, _ELSE),
        _since,
    ),
    "info_match_until": Function(
        "Returns the number of frames until the next keyframe that matches the regex, or an "
        "overridable fallback defaulting to `-1` if no next match. Equivalent to "
        "`info_match_next()-f`.",
        (_PATTERN, _ELSE),
        _until,
    ),
}

# Evaluated frame by frame -------------------------------------------------------------------------


def _posneg(opening: str, closing: str) -> Any:
    def apply(
        view: View, term: str, weight: float, positive_weight: float, negative_weight: float
    ) -> str:
        positive = view.scene.is_positive
        if positive is None:
            raise Fault("Error: posneg() can only be used in a prompt.")
        moves = weight < 0
        override = positive_weight if positive != moves else negative_weight
        canonical = abs(weight) if override != override else override
        text = f"{opening}{term}:{to_fixed(canonical, 4)}{closing}"
        if weight == 0:
            return ""
        return f"__PARSEQ_MOVE__{text}__PARSEQ_END_MOVE__" if moves else text

    return apply


_TERM = (
    required("term", "t", type="string"),
    required("weight", "w"),
    optional("posweight", "pw", default=_NAN),
    optional("negweight", "nw", default=_NAN),
)

SINGLE: dict[str, Function] = {
    "posneg": Function(
        "Weight term, and move to positive prompt if weigth is positive, negative prompt "
        "otherwise.",
        _TERM,
        _posneg("(", ")"),
    ),
    "posneg_lora": Function(
        "Weight lora, and move to positive prompt if weigth is positive, negative prompt "
        "otherwise.",
        _TERM,
        _posneg("<lora:", ">"),
    ),
    "computed_at": Function(
        "Get the value computed for this field at a given frame.",
        (
            optional("f", default=lambda view: view.active),
            optional("d", default=lambda view: view.scene.default),
        ),
        None,  # type: ignore[arg-type]
    ),
    "recompute_if": Function(
        "If the supplied condition is true, return the second param, else return the value of the "
        "second param when condition was last true. If condition is false and has never been true, "
        "return -1 or overridden default.",
        (required("if"), required("compute", "c"), _ELSE),
        None,  # type: ignore[arg-type]
    ),
    "dangerous": Function(
        "Get value of a field at a given frame, IF it has already been calculated, else -1. "
        "WARNING: there's no guarantee of field computation ordering, and there's no protection "
        "from of cyclical references.",
        (
            required("name", "n", type="string"),
            optional("frame", "f", default=lambda view: view.frame),
        ),
        None,  # type: ignore[arg-type]
    ),
}
"""Functions that the evaluators carry out themselves, or that give strings."""
