"""Fields: what sd-parseq lets a document drive, and the values they rest at."""

_CONTROL_NETS = {
    f"cn_{net}_{what}": value
    for net in range(1, 6)
    for what, value in (("weight", 1.0), ("guidance_start", 0.0), ("guidance_end", 1.0))
}

DEFAULTS: dict[str, float] = {
    "seed": -1,
    "scale": 7,
    "noise": 0.08,
    "noise_multiplier": 1.05,
    "strength": 0.6,
    "clipskip": 0,
    "contrast": 1,
    "prompt_weight_1": 1,
    "prompt_weight_2": 0,
    "prompt_weight_3": 0,
    "prompt_weight_4": 0,
    "prompt_weight_5": 0,
    "prompt_weight_6": 0,
    "prompt_weight_7": 0,
    "prompt_weight_8": 1,
    "angle": 0,
    "zoom": 1,
    "transform_center_x": 0.5,
    "transform_center_y": 0.5,
    "perspective_flip_theta": 0,
    "perspective_flip_phi": 0,
    "perspective_flip_gamma": 0,
    "perspective_flip_fv": 50,
    "translation_x": 0,
    "translation_y": 0,
    "translation_z": 10,
    "rotation_3d_x": 0,
    "rotation_3d_y": 0,
    "rotation_3d_z": 0,
    "fov": 40,
    "near": 200,
    "far": 10000,
    "antiblur_kernel": 5,
    "antiblur_sigma": 1,
    "antiblur_amount": 0.2,
    "antiblur_threshold": 0,
    "hybrid_comp_alpha": 1,
    "hybrid_comp_mask_blend_alpha": 0.5,
    "hybrid_comp_mask_contrast": 1,
    "hybrid_comp_mask_auto_contrast_cutoff_low": 0,
    "hybrid_comp_mask_auto_contrast_cutoff_high": 100,
    "hybrid_flow_factor": 1,
    "cadence_flow_factor": 1,
    "redo_flow_factor": 1,
    **_CONTROL_NETS,
    "guided_blendFactorMax": 0.35,
    "guided_blendFactorSlope": 0.25,
    "guided_tweening_frames": 20,
    "guided_color_correction_factor": 0.075,
}
"""Every field by name with its value at rest, in the original's order."""


def default_of(field: str) -> float:
    """Return a field's value at rest; 0 for one the original does not know."""
    return float(DEFAULTS.get(field, 0))
