"""ComfyUI: a rendered document as the texts that FizzNodes' schedule nodes take.

Each field becomes the text of a *Value Schedule* node, the prompts that of a
*Prompt Schedule* node; ``max_frames`` and ``fps`` go into the nodes' own boxes.
"""

from typing import Any

from clavilux.schedule.deforum.curves import frame_rate_of
from clavilux.schedule.deforum.export import prompt_changes, schedule_text
from clavilux.schedule.deforum.schedules import split_negative
from clavilux.schedule.parseq.document.rendered import RenderedDocument


def comfyui(rendered: RenderedDocument) -> dict[str, Any]:
    """Return a document's schedules as texts to paste into ComfyUI, or to load in a script.

    Returns:
        ``max_frames``; ``fps``; ``values``, field to the text of a value schedule such
        as ``0:(1), 30:(0.5)``; ``prompts`` and ``negative_prompts``, each the text of a
        prompt schedule such as ``"0": "a whale", "30": "fog"``.
    """
    changes = prompt_changes(rendered.prompts or [])
    parts = {frame: split_negative(text) for frame, text in changes.items()}
    return {
        "max_frames": rendered.n_frames,
        "fps": float(frame_rate_of(rendered.document)),
        "values": {name: schedule_text(rendered.column(name)) for name in rendered.fields},
        "prompts": _text({frame: both[0] for frame, both in parts.items()}),
        "negative_prompts": _text({frame: both[1] for frame, both in parts.items() if both[1]}),
    }


def _text(prompts: dict[str, str]) -> str:
    """Write prompts as the node reads them: JSON's pairs without the brackets around them."""
    quoted = {
        frame: text.replace("\\", "\\\\").replace('"', '\\"') for frame, text in prompts.items()
    }
    return ",\n".join(f'"{frame}": "{text}"' for frame, text in quoted.items())
