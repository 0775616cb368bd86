"""Whatever document comes in, curves or one clear line come out, and soon."""

import json
import warnings
from fractions import Fraction

import orjson
import pytest
from fuzzing import mutated, run

from clavilux.core.errors import ClaviluxError
from clavilux.schedule import check as checks
from clavilux.schedule import mapping as mappings
from clavilux.schedule.deforum.export import settings_with_manifest, settings_with_schedules
from clavilux.schedule.deforum.manifest import manifest
from clavilux.schedule.deforum.rendered import rendered_settings
from clavilux.schedule.deforum.settings import DeforumSettings
from clavilux.schedule.document import open_document, open_rendered
from clavilux.schedule.mapping.document import read
from clavilux.schedule.mapping.example import beat

MOVING = {
    "max_frames": 10,
    "fps": 10,
    "angle": "0:(2)",
    "zoom": "0:(1.02)",
    "translation_x": "0:(1)",
    "rotation_3d_y": "0:(t*sin(t/max_f)), max_f-2:(3)",
    "strength_schedule": "0:(0.6)",
    "prompts": {"0": "a `t` cat", "5": "a dog"},
}
PARSEQ = {
    "keyframes": [
        {"frame": 0, "zoom": 1, "zoom_i": "S", "seed": 5, "info": "kick"},
        {"frame": 7, "zoom": 2, "zoom_i": "bez(0.5, 0, 0.5, 1) + sin(p=4b, a=loud)"},
        {"frame": 20, "zoom": 2, "seed_i": "if (f % 2 == 0) prev_computed_value + 1 else 0"},
    ],
    "options": {"bpm": 120, "output_fps": 10, "cadence": 1},
    "managedFields": ["zoom", "seed"],
    "timeSeries": [
        {
            "alias": "loud",
            "ts": {"timestampType": 1, "data": [{"x": 0, "y": 1}, {"x": 900, "y": 2}]},
        }
    ],
    "prompts": {
        "format": "v2",
        "enabled": True,
        "commonPrompt": {"positive": "x", "negative": "y"},
        "commonPromptPos": "append",
        "promptList": [
            {
                "positive": "a ${zoom}",
                "negative": "",
                "allFrames": False,
                "from": 0,
                "to": 12,
                "overlap": {"type": "linear", "inFrames": 2, "outFrames": 3},
            }
        ],
    },
}
MANIFEST = manifest(rendered_settings(DeforumSettings.read(MOVING)))
DOCUMENTS = [
    json.dumps(PARSEQ),
    json.dumps(PARSEQ, indent=1),
    json.dumps({**MOVING, "animation_mode": "3D"}),
    json.dumps(MANIFEST),
    json.dumps(settings_with_manifest(rendered_settings(DeforumSettings.read(MOVING)))),
]


@pytest.mark.slow
def test_3000_mutated_documents_are_drawn_or_refused(tmp_path):
    path = tmp_path / "document.json"

    def attempt(action):
        try:
            return action()
        except ClaviluxError:
            return None

    def read_it(text):
        path.write_bytes(text.encode("utf-8", "replace"))
        attempt(lambda: open_document(path))
        attempt(lambda: [str(finding) for finding in checks.check(path)])
        attempt(lambda: checks.fix(path))
        rendered = attempt(lambda: open_rendered(path))
        if rendered is not None:
            orjson.dumps(rendered.to_dict())
            json.dumps(attempt(lambda: settings_with_schedules(rendered)))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        assert run(3000, lambda rng: mutated(rng, rng.choice(DOCUMENTS)), read_it)


@pytest.mark.slow
def test_3000_mutated_mappings_are_applied_or_refused():
    piece = beat()
    sources = [mappings.preset_text(name) for name in mappings.names()]

    def apply(text):
        try:
            mapping = read(text.encode("utf-8", "replace"), "mutated")
            mappings.apply(mapping, piece, frame_rate=Fraction(10), n_frames=20)
        except ClaviluxError:
            pass

    def case(rng):
        text = rng.choice(sources)
        first = text.find("rules:")
        return (
            text[:first] + mutated(rng, text[first:]) if rng.random() < 0.7 else mutated(rng, text)
        )

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert run(3000, case, apply)
