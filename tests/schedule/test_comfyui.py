"""A document reaches ComfyUI as the texts its schedule nodes take."""

import json

from clavilux.schedule import parse
from clavilux.schedule.comfyui import comfyui

DOCUMENT = {
    "options": {"output_fps": 20, "bpm": 120, "cadence": 1},
    "managedFields": ["zoom", "angle"],
    "prompts": [
        {
            "name": "a", "allFrames": False, "from": 0, "to": 9,
            "positive": 'a "red" whale', "negative": "text", "overlap": {"type": "none"},
        },
        {
            "name": "b", "allFrames": False, "from": 10, "to": 20,
            "positive": "fog", "negative": "", "overlap": {"type": "none"},
        },
    ],
    "keyframes": [{"frame": 0, "zoom": 1, "angle": 0}, {"frame": 20, "zoom": 2, "angle": 0}],
}  # fmt: skip


def test_values_are_texts_with_keys_where_the_line_bends():
    made = comfyui(parse(DOCUMENT).render())

    assert (made["max_frames"], made["fps"]) == (21, 20.0)
    assert made["values"]["zoom"] == "0:(1), 20:(2)"


def test_prompts_are_pairs_of_frame_and_text():
    made = comfyui(parse(DOCUMENT).render())

    prompts = json.loads("{" + made["prompts"] + "}")
    assert list(prompts) == ["0", "10"]
    assert prompts["0"].startswith('a "red" whale')
    assert prompts["10"].startswith("fog")
    assert json.loads("{" + made["negative_prompts"] + "}")["0"] == "text"
