"""Trained weights as one file: a magic line, a line of JSON with the card, the arrays' bytes.

Not NumPy's own archive: that carries the time of writing, and the same outcome rows must give the same bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nightshift.errors import Misconfigured
from nightshift.settings import include_folder

if TYPE_CHECKING:
    import numpy.typing as npt

    Array = npt.NDArray[Any]

FORMAT = 1
_MAGIC = b"nightshift tiering\n"


@dataclass(frozen=True)
class Weights:
    """Arrays by name, and the card: what they were trained on, what they are worth, what they are not for."""

    kind: str
    arrays: Mapping[str, Array]
    card: Mapping[str, Any]


def weights_folder() -> Path:
    return include_folder() / "tiering"


def save(weights: Weights, path: Path) -> str:
    """Writes the file and returns its version, the digest of what the arrays hold."""
    import numpy as np

    body = b"".join(np.ascontiguousarray(array).tobytes() for array in weights.arrays.values())
    header = {
        "format": FORMAT,
        "kind": weights.kind,
        "arrays": {name: [array.dtype.str, list(array.shape)] for name, array in weights.arrays.items()},
        "sha256": hashlib.sha256(body).hexdigest(),
        "card": weights.card,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_MAGIC + json.dumps(header, ensure_ascii=False).encode() + b"\n" + body)
    return str(header["sha256"])


def load(path: Path, kind: str) -> Weights:
    """What `save` wrote. Raises Misconfigured where the file is missing, damaged or of another kind."""
    import numpy as np

    header, body = _parts(path)
    if (header["format"], header["kind"]) != (FORMAT, kind):
        raise Misconfigured(
            f"{path.name}: weights of kind {header['kind']!r} in format {header['format']}; this version reads "
            f"{kind!r} in format {FORMAT}; way out: train them again with `nightshift tier train`"
        )
    if hashlib.sha256(body).hexdigest() != header["sha256"]:
        raise Misconfigured(f"{path.name}: the weights are damaged (their digest differs); way out: restore the file")
    arrays: dict[str, Array] = {}
    offset = 0
    for name, (dtype, shape) in header["arrays"].items():
        count = int(np.prod(shape, dtype=np.int64))
        arrays[name] = np.frombuffer(body, dtype=dtype, count=count, offset=offset).reshape(shape)
        offset += arrays[name].nbytes
    return Weights(kind, arrays, header["card"])


def _parts(path: Path) -> tuple[dict[str, Any], bytes]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Misconfigured(
            f"{path.name}: trained weights cannot be read ({error.strerror}); way out: train them with "
            "`nightshift tier train`, or leave the option out"
        ) from error
    if not content.startswith(_MAGIC):
        raise Misconfigured(f"{path.name}: not a file of trained weights; way out: restore the file")
    line, _, body = content[len(_MAGIC) :].partition(b"\n")
    try:
        header: dict[str, Any] = json.loads(line)
    except ValueError as error:
        raise Misconfigured(f"{path.name}: the weights are damaged; way out: restore the file") from error
    return header, body
