"""CLIP: what a picture shows, and which of MuVi-Sync's words fit it, by an outside model.

Needs the ``clip`` extra and the model in a local folder or the user's own hub
cache; nothing is downloaded. MuVi-Sync used ViT-L/14 at 336 pixels, the default.

Conventions
-----------
- Vectors are CLIP's image features before they are brought to unit length.
- Emotions are the softmax of CLIP's image-text logits over the bare words.

Source:
    A. Radford et al., "Learning Transferable Visual Models From Natural Language
    Supervision", ICML 2021, in the weights and code of Hugging Face's transformers.
"""

import os

import numpy as np
import torch
from transformers import CLIPImageProcessorPil, CLIPModel, CLIPTokenizer

from clavilux.core.errors import InputError
from clavilux.core.values import Rgb
from clavilux.watch.muvi import EMOTIONS
from clavilux.watch.semantics import Reading

MODEL = "openai/clip-vit-large-patch14-336"


class ClipSemantics:
    """Reads pictures with a CLIP model."""

    needs_pictures = True

    def __init__(
        self, model: str | os.PathLike[str] = MODEL, words: tuple[str, ...] = EMOTIONS
    ) -> None:
        """Load a model that is already on this machine.

        Args:
            model: A folder, or a name in the user's hub cache.
            words: What to compare pictures with.

        Raises:
            InputError: It is not there, or not a CLIP model.
        """
        name = os.fspath(model)
        try:
            self._model = CLIPModel.from_pretrained(name, local_files_only=True).eval()
            tokenizer = CLIPTokenizer.from_pretrained(name, local_files_only=True)
        except (OSError, ValueError) as error:
            raise InputError(
                f"no CLIP model is at {name!r}, neither as a folder nor in the hub cache; "
                f"fetch it with: hf download {MODEL}"
            ) from error
        side = int(self._model.config.vision_config.image_size)
        self._processor = CLIPImageProcessorPil(
            size={"shortest_edge": side}, crop_size={"height": side, "width": side}
        )
        self.n_dimensions = int(self._model.config.projection_dim)
        self._words = self._read_words(tokenizer(list(words), padding=True, return_tensors="pt"))

    def read(self, picture: Rgb) -> Reading:
        """Read one picture; one row comes back."""
        pixels = self._processor(images=picture, return_tensors="pt")["pixel_values"]
        with torch.inference_mode():
            pooled = self._model.vision_model(pixel_values=pixels).pooler_output
            vector = self._model.visual_projection(pooled)
            alike = _unit(vector) @ self._words.T * self._model.logit_scale.exp()
            shares = alike.softmax(dim=-1)
        return Reading(vector.numpy().astype(np.float32), shares.numpy().astype(np.float32))

    def _read_words(self, tokens: dict[str, torch.Tensor]) -> torch.Tensor:
        with torch.inference_mode():
            pooled = self._model.text_model(
                input_ids=tokens["input_ids"], attention_mask=tokens["attention_mask"]
            ).pooler_output
            return _unit(self._model.text_projection(pooled))


def _unit(vectors: torch.Tensor) -> torch.Tensor:
    return vectors / vectors.norm(dim=-1, keepdim=True)
