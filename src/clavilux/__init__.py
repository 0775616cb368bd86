"""Clavilux translates music into pictures and pictures into music.

The verbs are functions of this package; each is imported when it is first used,
so that ``import clavilux`` costs next to nothing.

    >>> import clavilux
    >>> clavilux.see("song.mid", "film.mp4")  # doctest: +SKIP
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_VERBS = {
    "see": "clavilux.pipelines.see",
    "hear": "clavilux.pipelines.hear",
    "plan": "clavilux.pipelines.planning",
    "describe": "clavilux.pipelines.describe",
}

if TYPE_CHECKING:
    from clavilux.pipelines.describe import describe as describe
    from clavilux.pipelines.hear import hear as hear
    from clavilux.pipelines.planning import plan as plan
    from clavilux.pipelines.see import see as see

__all__ = ["__version__", *_VERBS]


def __getattr__(name: str) -> Any:
    if name not in _VERBS:
        raise AttributeError(f"module 'clavilux' has no attribute {name!r}")
    return getattr(import_module(_VERBS[name]), name)
