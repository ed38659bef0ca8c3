"""The peers' virtual environments: made once by uv from pinned requirements, kept in the work folder."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

PEERS = ("llm_batch", "litellm")
_HERE = Path(__file__).parent


def module_of(peer: str) -> str:
    return f"benchmarks.throughput.peer_{peer}"


def interpreter(peer: str, cache: Path, here: Path = _HERE) -> Path:
    """The Python of the peer's environment, which is made where it is missing. Its requirements are in `here`."""
    requirements = here / f"peer_{peer}.txt"
    pinned = hashlib.sha256(requirements.read_bytes()).hexdigest()[:12]
    folder = cache / f"{peer}-{pinned}"
    python, complete = folder / "bin" / "python", folder / "complete"
    if not complete.exists():
        subprocess.run(["uv", "venv", "--quiet", "--clear", "--python", sys.executable, folder], check=True)
        subprocess.run(["uv", "pip", "install", "--quiet", "--python", python, "-r", requirements], check=True)
        complete.touch()
    return python
