"""Every semantics back end reads pictures alike: a vector each, and emotions or none."""

import json

import numpy as np
import pytest

from clavilux.core.errors import InputError, UnknownBackEnd
from clavilux.watch import semantics
from clavilux.watch.muvi import EMOTIONS
from clavilux.watch.semantics import Reading


def tiny_clip(folder):
    """Build a CLIP of a few thousand random weights, whose words are letters."""
    import torch
    from transformers import CLIPConfig, CLIPModel

    torch.manual_seed(0)
    small = {
        "hidden_size": 16,
        "intermediate_size": 32,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
    }
    letters = [chr(code) for code in range(ord("a"), ord("z") + 1)]
    pieces = ["<|startoftext|>", "<|endoftext|>", *letters, *(f"{x}</w>" for x in letters)]
    text = small | {
        "vocab_size": len(pieces),
        "max_position_embeddings": 16,
        "bos_token_id": 0,
        "eos_token_id": 1,
        "pad_token_id": 1,
    }
    vision = small | {"image_size": 24, "patch_size": 8}
    config = CLIPConfig(text_config=text, vision_config=vision, projection_dim=12)
    CLIPModel(config).save_pretrained(folder)
    (folder / "vocab.json").write_text(json.dumps({p: i for i, p in enumerate(pieces)}))
    (folder / "merges.txt").write_text("#version: 0.2\n")
    return folder


@pytest.fixture(
    scope="module",
    params=["none", pytest.param("clip", marks=pytest.mark.extra("clip"))],
)
def reader(request, tmp_path_factory):
    if request.param == "clip":
        return semantics.make("clip", model=tiny_clip(tmp_path_factory.mktemp("clip")))
    return semantics.make(request.param)


def pictures(n):
    rng = np.random.default_rng(0)
    flat = [np.full((30, 50, 3), rng.integers(0, 256, 3), dtype=np.uint8) for _ in range(n - 1)]
    return [*flat, rng.integers(0, 256, (50, 30, 3), dtype=np.uint8)]


def test_gives_one_vector_a_picture(reader):
    for picture in pictures(3):
        assert reader.read(picture).vectors.shape == (1, reader.n_dimensions)


def test_emotions_are_shares_or_there_are_none(reader):
    for picture in pictures(3):
        emotions = reader.read(picture).emotions
        assert emotions.shape[1] == len(EMOTIONS)
        np.testing.assert_allclose(emotions.sum(axis=1), 1, atol=1e-5)


def test_the_same_picture_reads_the_same(reader):
    (picture,) = pictures(1)
    first, second = reader.read(picture), reader.read(picture)

    np.testing.assert_array_equal(first.vectors, second.vectors)
    np.testing.assert_array_equal(first.emotions, second.emotions)


def test_readings_join_in_order(reader):
    readings = [reader.read(picture) for picture in pictures(3)]
    whole = Reading.joined(readings, reader)

    np.testing.assert_array_equal(whole.vectors[2:], readings[2].vectors)
    assert Reading.joined([], reader).vectors.shape == (0, reader.n_dimensions)


def test_an_unknown_back_end_is_refused_by_name():
    with pytest.raises(
        UnknownBackEnd, match="no semantics is called 'clap'; there are: clip, none"
    ):
        semantics.make("clap")


@pytest.mark.extra("clip")
def test_pictures_and_words_make_a_difference(tmp_path):
    tiny_clip(tmp_path)
    first = semantics.make("clip", model=tmp_path)
    other = semantics.make("clip", model=tmp_path, words=tuple("fghijk"))
    plain, noisy = (first.read(picture) for picture in pictures(2))

    assert np.abs(plain.vectors - noisy.vectors).max() > 1e-4
    assert np.abs(plain.emotions - other.read(pictures(2)[0]).emotions).max() > 1e-6


@pytest.mark.extra("clip")
def test_a_model_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"no CLIP model is at .*hf download"):
        semantics.make("clip", model=tmp_path / "nowhere")
