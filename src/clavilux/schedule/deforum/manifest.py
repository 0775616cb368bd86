"""The manifest: what Deforum's Parseq adapter reads, and which settings it then drives.

A rendered Parseq document in; out come the JSON text for ``parseq_manifest`` and a
table of the settings that Deforum takes from it instead of its own schedules.
"""

import json
from dataclasses import dataclass
from typing import Any

from clavilux.schedule.parseq.document.rendered import RenderedDocument
from clavilux.schedule.parseq.javascript.values import to_number

MOVES = frozenset(
    (
        "angle", "zoom", "translation_x", "translation_y", "translation_z", "rotation_3d_x",
        "rotation_3d_y", "rotation_3d_z", "perspective_flip_theta", "perspective_flip_phi",
        "perspective_flip_gamma",
    )
)  # fmt: skip
"""Fields of which Deforum takes the change from frame to frame."""
SETTING_OF = {
    "noise": "noise_schedule", "strength": "strength_schedule", "scale": "cfg_scale_schedule",
    "contrast": "contrast_schedule", "seed": "seed_schedule", "subseed": "subseed_schedule",
    "subseed_strength": "subseed_strength_schedule", "fov": "fov_schedule",
    "near": "near_schedule", "far": "far_schedule", "clipskip": "clipskip_schedule",
    "noise_multiplier": "noise_multiplier_schedule", "antiblur_kernel": "kernel_schedule",
    "antiblur_sigma": "sigma_schedule", "antiblur_amount": "amount_schedule",
    "antiblur_threshold": "threshold_schedule", "guided_blendFactorMax": "blendFactorMax",
    "guided_blendFactorSlope": "blendFactorSlope",
    "guided_tweening_frames": "tweening_frames_schedule",
    "guided_color_correction_factor": "color_correction_factor",
    "hybrid_comp_alpha": "hybrid_comp_alpha_schedule",
    "hybrid_comp_mask_blend_alpha": "hybrid_comp_mask_blend_alpha_schedule",
    "hybrid_comp_mask_contrast": "hybrid_comp_mask_contrast_schedule",
    "hybrid_comp_mask_auto_contrast_cutoff_low":
        "hybrid_comp_mask_auto_contrast_cutoff_low_schedule",
    "hybrid_comp_mask_auto_contrast_cutoff_high":
        "hybrid_comp_mask_auto_contrast_cutoff_high_schedule",
    "hybrid_flow_factor": "hybrid_flow_factor_schedule",
    "cadence_flow_factor": "cadence_flow_factor_schedule",
    "redo_flow_factor": "redo_flow_factor_schedule",
    "transform_center_x": "transform_center_x", "transform_center_y": "transform_center_y",
    "perspective_flip_fv": "perspective_flip_fv",
    **{
        f"cn_{net}_{what}": f"cn_{net}_{what}"
        for net in range(1, 6)
        for what in ("weight", "guidance_start", "guidance_end")
    },
}  # fmt: skip
"""The setting that Deforum takes from a field of Parseq's."""


@dataclass(frozen=True, slots=True)
class Driven:
    """One setting that Parseq drives in place of Deforum's own schedule."""

    setting: str
    """As Deforum calls it."""
    column: str
    """The column of the manifest it is read from."""


def manifest(rendered: RenderedDocument) -> dict[str, Any]:
    """Build what Deforum's adapter reads: frames and options, and nothing it does not need."""
    options = dict(rendered.document.options)
    return {
        "options": options,
        "rendered_frames": rendered.frames(),
        "rendered_frames_meta": rendered.meta(),
    }


def manifest_text(rendered: RenderedDocument) -> str:
    """Build the manifest as the JSON text that goes into ``parseq_manifest``."""
    return json.dumps(manifest(rendered), ensure_ascii=False)


def driven(rendered: RenderedDocument, *, use_deltas: bool = True) -> list[Driven]:
    """Return which settings Deforum takes from this document; the others keep its own schedules.

    Args:
        rendered: The document.
        use_deltas: Deforum's ``parseq_use_deltas``: read movements as changes.
    """
    found = []
    for name in rendered.fields:
        if name in MOVES:
            found.append(Driven(name, f"{name}_delta" if use_deltas else name))
        elif name in SETTING_OF:
            found.append(Driven(SETTING_OF[name], name))
            if name == "seed":
                found += [Driven(SETTING_OF[n], n) for n in ("subseed", "subseed_strength")]
    if rendered.prompts is not None:
        found.append(Driven("prompts", "deforum_prompt"))
    return found


def ignored(rendered: RenderedDocument) -> list[str]:
    """Name the fields that Deforum reads nowhere, such as prompt weights: only prompts use them."""
    return [name for name in rendered.fields if name not in MOVES and name not in SETTING_OF]


def overrides(rendered: RenderedDocument) -> dict[str, Any]:
    """Return the settings that ``parseq_non_schedule_overrides`` takes from the document."""
    options = rendered.document.options
    cadence = options.get("cadence")
    return {
        "max_frames": rendered.n_frames,
        "diffusion_cadence": int(to_number(1 if cadence is None else cadence)),
        "fps": to_number(options["output_fps"]),
    }
