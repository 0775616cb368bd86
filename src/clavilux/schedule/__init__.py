"""Schedules: facts of music become parameters over time; Parseq and Deforum, exactly.

Names are imported when first used: reading one kind of schedule never loads another.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from clavilux.schedule.parseq.document.document import ParseqDocument as ParseqDocument
    from clavilux.schedule.parseq.document.document import parse as parse
    from clavilux.schedule.parseq.document.rendered import RenderedDocument as RenderedDocument

_HOME = {
    "parse": "clavilux.schedule.parseq.document.document",
    "ParseqDocument": "clavilux.schedule.parseq.document.document",
    "RenderedDocument": "clavilux.schedule.parseq.document.rendered",
}
"""Where each public name lives."""


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted(_HOME)
