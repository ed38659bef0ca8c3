"""Trained weights as one file: a magic line, a line of JSON that describes the arrays, their bytes.

Not NumPy's own archive: that carries the time of writing, and the same training data must give the same bytes.
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
_MAGIC = b"nightshift weights\n"


@dataclass(frozen=True)
class Artefact:
    """Arrays by name and what is told about them: configuration, threshold, training data, measured quality."""

    kind: str
    arrays: Mapping[str, Array]
    about: Mapping[str, Any]


def save(artefact: Artefact, path: Path) -> None:
    body = b"".join(_bytes(array) for array in artefact.arrays.values())
    header = {
        "format": FORMAT,
        "kind": artefact.kind,
        "arrays": {name: [array.dtype.str, list(array.shape)] for name, array in artefact.arrays.items()},
        "sha256": hashlib.sha256(body).hexdigest(),
        "about": artefact.about,
    }
    path.write_bytes(_MAGIC + json.dumps(header, sort_keys=False, ensure_ascii=False).encode() + b"\n" + body)


def load(path: Path, kind: str) -> Artefact:
    """Reads what `save` wrote. The file is trusted as code is: it belongs to the deployment."""
    import numpy as np

    header, body = _header_and_body(path)
    if header["format"] != FORMAT or header["kind"] != kind:
        raise Misconfigured(
            f"{path.name}: weights of kind {header['kind']!r} in format {header['format']}, but this version reads "
            f"{kind!r} in format {FORMAT}; way out: train them again with `nightshift guardrails train`"
        )
    if hashlib.sha256(body).hexdigest() != header["sha256"]:
        raise Misconfigured(f"{path.name}: the weights are damaged (their digest differs); way out: restore the file")
    arrays: dict[str, Array] = {}
    offset = 0
    for name, (dtype, shape) in header["arrays"].items():
        count = int(np.prod(shape, dtype=np.int64))
        arrays[name] = np.frombuffer(body, dtype=dtype, count=count, offset=offset).reshape(shape)
        offset += arrays[name].nbytes
    return Artefact(kind, arrays, header["about"])


def models_folder() -> Path:
    """Where the project keeps its trained weights."""
    return include_folder() / "guardrails" / "models"


def _header_and_body(path: Path) -> tuple[dict[str, Any], bytes]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Misconfigured(
            f"{path}: the trained weights cannot be read ({error.strerror}); way out: restore the file or train it "
            "again with `nightshift guardrails train`"
        ) from error
    magic, line, body = content[: len(_MAGIC)], *content[len(_MAGIC) :].partition(b"\n")[::2]
    if magic != _MAGIC:
        raise Misconfigured(f"{path.name}: not a file of trained weights; way out: restore the file")
    header: dict[str, Any] = json.loads(line)
    return header, body


def _bytes(array: Array) -> bytes:
    import numpy as np

    return np.ascontiguousarray(array).tobytes()
