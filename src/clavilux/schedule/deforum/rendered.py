"""Deforum settings as a rendered Parseq document: what a manifest of them would say.

A manifest counts movements from the first frame on, where Deforum's schedules say how far
each frame moves; the manifest's changes (``angle_delta``) are the schedules again.
"""

import numpy as np

from clavilux.core.errors import DocumentError
from clavilux.schedule.deforum.manifest import MOVES, SETTING_OF
from clavilux.schedule.deforum.modes import is_obeyed
from clavilux.schedule.deforum.settings import DeforumSettings
from clavilux.schedule.parseq.document.document import MAX_FIELD_FRAMES, ParseqDocument
from clavilux.schedule.parseq.document.rendered import RenderedDocument

_FIELD_OF = {setting: field for field, setting in SETTING_OF.items()} | {
    name: name for name in MOVES
}


def rendered_settings(settings: DeforumSettings) -> RenderedDocument:
    """Evaluate every schedule that Parseq has a field for and the animation mode obeys.

    Raises:
        DocumentError: A schedule or prompt cannot be evaluated.
    """
    fields = {}
    if settings.n_frames * max(1, len(settings.schedules)) > MAX_FIELD_FRAMES:
        raise DocumentError(f"{settings.n_frames} frames of so many schedules are too many")
    for name in settings.schedules:
        field = _FIELD_OF.get(name)
        if field is None or not is_obeyed(field, settings.mode):
            continue
        column = settings.column(name)
        if field in MOVES:
            rest = 1.0 if field == "zoom" else 0.0
            column = column[0] + np.concatenate([[0.0], np.cumsum(column[1:] - rest)])
        fields[field] = column
    last = settings.n_frames - 1
    document = ParseqDocument(
        {
            "options": {
                "output_fps": float(settings.frame_rate),
                "cadence": settings.content.get("diffusion_cadence", 1),
            },
            "managedFields": list(fields),
            "keyframes": [{"frame": 0}, {"frame": last}],
        }
    )
    return RenderedDocument(document, fields, settings.prompt_texts())
