"""Settings: Deforum's settings files, read, evaluated and written back.

A settings file is one JSON object. Its schedules are strings; everything we don't
know is kept. Prompts hold one text a key frame.
"""

import copy
import json
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clavilux.core.errors import DocumentError
from clavilux.core.files import write_bytes
from clavilux.core.timeline import parse_frame_rate
from clavilux.schedule.deforum.modes import mode_of
from clavilux.schedule.deforum.schedules import evaluate_prompts, evaluate_schedule
from clavilux.schedule.parseq.document.document import MAX_FRAMES, load_json, read_bytes

SCHEDULES = (
    "angle", "zoom", "translation_x", "translation_y", "translation_z", "transform_center_x",
    "transform_center_y", "rotation_3d_x", "rotation_3d_y", "rotation_3d_z",
    "perspective_flip_theta", "perspective_flip_phi", "perspective_flip_gamma",
    "perspective_flip_fv", "noise_schedule", "strength_schedule", "contrast_schedule",
    "cfg_scale_schedule", "fov_schedule", "near_schedule", "far_schedule", "seed_schedule",
    "steps_schedule", "clipskip_schedule", "noise_multiplier_schedule", "kernel_schedule",
    "sigma_schedule", "amount_schedule", "threshold_schedule", "aspect_ratio_schedule",
    "ddim_eta_schedule", "ancestral_eta_schedule", "subseed_schedule", "subseed_strength_schedule",
    "cadence_flow_factor_schedule", "redo_flow_factor_schedule", "hybrid_flow_factor_schedule",
    "hybrid_comp_alpha_schedule", "hybrid_comp_mask_blend_alpha_schedule",
    "hybrid_comp_mask_contrast_schedule", "hybrid_comp_mask_auto_contrast_cutoff_high_schedule",
    "hybrid_comp_mask_auto_contrast_cutoff_low_schedule",
)  # fmt: skip
"""Settings that are schedules of numbers."""


def _is_schedule(value: Any) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number or (isinstance(value, str) and bool(value.strip()))


@dataclass(frozen=True, eq=False)
class DeforumSettings:
    """A settings file, as read."""

    content: dict[str, Any]

    def __post_init__(self) -> None:
        n_frames = self.content.get("max_frames")
        if isinstance(n_frames, bool) or not isinstance(n_frames, int) or n_frames < 1:
            raise DocumentError(f"max_frames is {n_frames!r}; expected a whole number from 1")
        if n_frames > MAX_FRAMES:
            raise DocumentError(f"max_frames is {n_frames}; at most {MAX_FRAMES} are evaluated")
        mode_of(self.content)
        prompts = self.content.get("prompts") or {}
        if not isinstance(prompts, dict) or not all(isinstance(p, str) for p in prompts.values()):
            raise DocumentError("prompts must be an object of texts by frame")

    @classmethod
    def read(cls, source: dict[str, Any] | str | Path) -> "DeforumSettings":
        """Read a settings file, its JSON text or its content.

        Raises:
            DocumentError: It is no settings file.
        """
        if isinstance(source, dict):
            return cls(copy.deepcopy(source))
        if isinstance(source, str) and source.lstrip()[:1] == "{":
            return cls(load_json(source.encode(), "the text"))
        return cls(load_json(read_bytes(Path(source)), str(source)))

    @property
    def n_frames(self) -> int:
        return int(self.content["max_frames"])

    @property
    def schedules(self) -> dict[str, str]:
        """Every schedule string by name, in the file's order; a number stands for itself."""
        return {
            name: str(value)
            for name, value in self.content.items()
            if name in SCHEDULES and _is_schedule(value)
        }

    @property
    def mode(self) -> str | None:
        """The animation mode; None where the file names none."""
        return mode_of(self.content)

    @property
    def frame_rate(self) -> Fraction:
        """Frames per second; Deforum's default is 15.

        Raises:
            InputError: They are not between 1 and 240.
        """
        return parse_frame_rate(self.content.get("fps", 15))

    def column(self, name: str) -> NDArray[np.float64]:
        """Evaluate one schedule at every frame.

        Raises:
            DocumentError: There is no such schedule, or it cannot be evaluated.
        """
        if name not in self.schedules:
            raise DocumentError(
                f"there is no schedule {name!r}; there are {', '.join(self.schedules)}"
            )
        return evaluate_schedule(name, self.schedules[name], self.n_frames, seed=self._seed)

    def columns(self) -> dict[str, NDArray[np.float64]]:
        """Evaluate every schedule."""
        return {name: self.column(name) for name in self.schedules}

    def prompt_texts(self) -> list[str] | None:
        """Return the whole prompt of every frame; None if the file has none."""
        prompts = self.content.get("prompts")
        if not prompts:
            return None
        before = str(self.content.get("animation_prompts_positive", "") or "")
        after = str(self.content.get("animation_prompts_negative", "") or "")
        out = []
        for text in evaluate_prompts(prompts, self.n_frames, seed=self._seed):
            whole = f"{before} {text}".strip() if before else text
            if after:
                whole += f" {'' if '--neg' in whole else '--neg '}{after}"
            out.append(whole)
        return out

    @property
    def _seed(self) -> int:
        seed = self.content.get("seed", 0)
        return seed if isinstance(seed, int) and abs(seed) < 2**62 else 0

    def to_dict(self) -> dict[str, Any]:
        """Return the settings back as they were read."""
        return copy.deepcopy(self.content)

    def write(self, path: str | Path) -> None:
        """Write them as Deforum reads them, whole or not at all."""
        write_bytes(path, json.dumps(self.content, indent=4, ensure_ascii=False).encode())
