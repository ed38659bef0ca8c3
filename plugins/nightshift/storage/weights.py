"""Trained weights as one file: a magic line, a line of JSON with the card, the arrays' bytes.

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

if TYPE_CHECKING:
    import numpy.typing as npt

    Array = npt.NDArray[Any]

FORMAT = 1


@dataclass(frozen=True)
class Weights:
    """Arrays by name, and the card: what they were trained on, what they are worth, what they are not for."""

    kind: str
    arrays: Mapping[str, Array]
    card: Mapping[str, Any]


@dataclass(frozen=True)
class Family:
    """Weights that one part of Nightshift trains. Its `name` is in the magic line; `training` is the command."""

    name: str
    training: str

    def save(self, weights: Weights, path: Path) -> str:
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
        path.write_bytes(self._magic + json.dumps(header, ensure_ascii=False).encode() + b"\n" + body)
        return str(header["sha256"])

    def load(self, path: Path, kind: str) -> Weights:
        """What `save` wrote. Raises Misconfigured where the file is missing, damaged or of another kind.

        The file is trusted as code is: it belongs to the deployment.
        """
        header, body = self._parts(path)
        if (header["format"], header["kind"]) != (FORMAT, kind):
            raise Misconfigured(
                f"{path.name}: weights of kind {header['kind']!r} in format {header['format']}; this version "
                f"reads {kind!r} in format {FORMAT}; way out: train them again with `{self.training}`"
            )
        if hashlib.sha256(body).hexdigest() != header["sha256"]:
            raise Misconfigured(
                f"{path.name}: the weights are damaged (their digest differs); way out: restore the file"
            )
        return Weights(kind, _arrays(header["arrays"], body), header["card"])

    @property
    def _magic(self) -> bytes:
        return f"nightshift {self.name}\n".encode()

    def _parts(self, path: Path) -> tuple[dict[str, Any], bytes]:
        try:
            content = path.read_bytes()
        except OSError as error:
            raise Misconfigured(
                f"{path.name}: trained weights cannot be read ({error.strerror}); way out: restore it or name another "
                f"file, or make it with `{self.training}`"
            ) from error
        if not content.startswith(self._magic):
            raise Misconfigured(
                f"{path.name}: not a file of trained weights of {self.name}; way out: restore the file, or train them "
                f"again with `{self.training}`"
            )
        line, _, body = content[len(self._magic) :].partition(b"\n")
        return _header(path, line), body


def _header(path: Path, line: bytes) -> dict[str, Any]:
    damaged = f"{path.name}: the weights are damaged (no readable header); way out: restore the file"
    try:
        header: Any = json.loads(line)
    except ValueError as error:
        raise Misconfigured(damaged) from error
    if not isinstance(header, dict) or not header.keys() >= {"format", "kind", "arrays", "sha256", "card"}:
        raise Misconfigured(damaged)
    return header


def _arrays(described: Mapping[str, Any], body: bytes) -> dict[str, Array]:
    import numpy as np

    arrays: dict[str, Array] = {}
    offset = 0
    for name, (dtype, shape) in described.items():
        count = int(np.prod(shape, dtype=np.int64))
        arrays[name] = np.frombuffer(body, dtype=dtype, count=count, offset=offset).reshape(shape)
        offset += arrays[name].nbytes
    return arrays
