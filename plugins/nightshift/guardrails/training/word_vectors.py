"""The table of words: every entry of a sentence encoder's vocabulary passed through it alone and made small.

Run once; needs torch, transformers and the encoder's files (requirements-train.in). The detectors are trained again
without it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from nightshift.guardrails.classifier.tokens import tokenise
from nightshift.guardrails.classifier.vectors import KIND, KINDS
from nightshift.guardrails.classifier.weights import Weights

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

DIMENSIONS = 64
_COMMONEST = 0.35  # the length of the most frequent word's vector; the rarest has 1
_OUTLIERS = 0.9999
_ENCODER = "sentence-transformers/all-MiniLM-L6-v2, Apache-2.0"
_SPECIAL = ("[PAD]", "[CLS]", "[SEP]", "[MASK]")


def distil(encoder: Path) -> Weights:
    """`encoder`: a folder as `sentence-transformers/all-MiniLM-L6-v2` has it (Apache-2.0)."""
    words, vectors = _encoded(encoder)
    return table(words, vectors, {"encoder": _ENCODER})


def table(words: list[str], vectors: npt.NDArray[np.float64], about: dict[str, Any]) -> Weights:
    """`words` in order of falling frequency, as an encoder's vocabulary has them; inner pieces begin with ##."""
    import numpy as np

    reduced = _reduced(vectors)
    share = np.log(2 + np.arange(len(words))) / np.log(len(words) + 1)
    reduced *= (_COMMONEST + (1 - _COMMONEST) * share)[:, None]
    scale = 127 / np.quantile(np.abs(reduced), _OUTLIERS)
    small = np.clip(np.rint(reduced * scale), -127, 127).astype(np.int8)
    blank = np.zeros((KINDS, small.shape[1]), dtype=np.int8)
    whole = [place for place, word in enumerate(words) if not word.startswith("##") and _is_one(word)]
    short = np.array([int(tokenise([words[place]]).hashes[0]) & 0xFFFFFFFF for place in whole], dtype=np.uint32)
    hashes, first = np.unique(short, return_index=True)
    arrays = {
        "vectors": np.concatenate([blank, small]),
        "hashes": hashes,
        "rows": (np.array(whole)[first] + KINDS).astype(np.int32),
        "words": np.frombuffer("\n".join(words).encode(), dtype=np.uint8),
    }
    return Weights(KIND, arrays, {"dimensions": small.shape[1], "words": len(words), **about})


def _is_one(word: str) -> bool:
    return len(tokenise([word]).hashes) == 1


def _reduced(vectors: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The directions in which words differ most, each word of length one."""
    import numpy as np

    centred = vectors - vectors.mean(axis=0)
    _, directions = np.linalg.eigh(centred.T @ centred)
    kept = centred @ directions[:, ::-1][:, :DIMENSIONS]
    lengths = np.linalg.norm(kept, axis=1, keepdims=True)
    return np.asarray(kept / np.maximum(lengths, 1e-9))


def _encoded(encoder: Path) -> tuple[list[str], npt.NDArray[np.float64]]:
    import numpy as np
    import torch
    from transformers import AutoModel, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(encoder)
    model = AutoModel.from_pretrained(encoder).eval()
    by_id = sorted((number, word) for word, number in tokenizer.get_vocab().items())
    chosen = [(number, word) for number, word in by_id if word not in _SPECIAL and not word.startswith("[unused")]
    begin, end = tokenizer.cls_token_id, tokenizer.sep_token_id
    means = []
    with torch.inference_mode():
        for start in range(0, len(chosen), 512):
            ids = torch.tensor([[begin, number, end] for number, _ in chosen[start : start + 512]])
            states = model(input_ids=ids, attention_mask=torch.ones_like(ids)).last_hidden_state
            means.append(states.mean(dim=1).numpy().astype(np.float64))
    return [word for _, word in chosen], np.concatenate(means)
