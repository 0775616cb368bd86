"""Editing programs' timelines: markers and clips, read and written, exact to the frame."""

from clavilux.editorial.files import WRITABLE_SUFFIXES as WRITABLE_SUFFIXES
from clavilux.editorial.files import check_suffix as check_suffix
from clavilux.editorial.files import read as read
from clavilux.editorial.files import write as write
from clavilux.editorial.timeline import Clip as Clip
from clavilux.editorial.timeline import Marker as Marker
from clavilux.editorial.timeline import Timeline as Timeline

__all__ = [
    "WRITABLE_SUFFIXES",
    "Clip",
    "Marker",
    "Timeline",
    "check_suffix",
    "read",
    "write",
]
